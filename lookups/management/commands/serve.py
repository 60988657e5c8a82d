import sys
from typing import Any

from django.core.management.base import CommandParser

from lookups.management.portal_command import PortalCommand
from lookups.management.processes import Processes


class Command(PortalCommand):
    help = "Serves the portal: the web pages and one worker, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def run(self, *, host: str, port: int, **_: Any) -> None:
        with Processes() as processes:
            processes.start_web(host, port)
            processes.start_worker()
            processes.wait_for(port)
            self.stdout.write(f"Phonon Portal is at http://{host}:{port}/  (Ctrl-C ends it)")
            sys.exit(processes.wait())
