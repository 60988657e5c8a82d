"""`manage.py run_worker`: the process that asks Phonon."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from lookups.management.portal_command import Facts, PortalCommand
from lookups.worker import process


class Command(PortalCommand):
    help = "Works the ledger: sends requests to Phonon and records the answers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing is to be sent")
        parser.add_argument("--concurrency", type=int, default=settings.WORKER_CONCURRENCY)

    def run(self, *, once: bool, concurrency: int, **_: Any) -> Facts:
        self.say(f"Working with {concurrency} requests at once.")
        process.work(concurrency=concurrency, once=once)
        return {"stopped": True}

    def words(self, facts: Facts) -> str:
        return "Stopped."
