"""`manage.py serve`: the web pages and the workers of an installation."""

import os
from typing import Any

from django.core.management.base import CommandParser

from lookups.management.portal_command import PortalCommand
from lookups.management.ports import check_free
from lookups.management.processes import Processes

# Reading what Phonon answers takes a processor; all workers of SQLite share one writer.
WORKERS = min(2, os.cpu_count() or 1)


class Command(PortalCommand):
    help = "Serves the portal: the web pages and its workers, started again if they end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=WORKERS)

    def run(self, *, host: str, port: int, workers: int, **_: Any) -> None:
        check_free(host, port)
        with Processes() as processes:
            processes.start_web(host, port)
            for _worker in range(workers):
                processes.start_worker()
            processes.wait_for(host, port)
            self.stdout.write(f"Phonon Portal is at http://{host}:{port}/  (Ctrl-C ends it)")
            processes.wait()
