"""`manage.py prune`: what is older than the time to keep it is deleted."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from lookups import retention
from lookups.management.portal_command import Facts, PortalCommand, WrongUse


class Command(PortalCommand):
    help = "Deletes lookups that ended, and calls last fetched, longer ago than RETENTION_DAYS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=settings.RETENTION_DAYS)

    def run(self, *, days: int, **_: Any) -> Facts:
        if days < 1:
            raise WrongUse("Set RETENTION_DAYS, or give --days with a number from 1.")
        return retention.prune(days=days)
