"""`manage.py backup PATH`: a copy of the database."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from lookups.backup import backup
from lookups.management.portal_command import Facts, PortalCommand


class Command(PortalCommand):
    help = "Writes a consistent copy of the database while work goes on, and reads it back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)

    def run(self, *, path: Path, **_: Any) -> Facts:
        size, rows = backup(path)
        self.say("The keys that open its credentials are not in it. Keep .env in another place.")
        return {"backup": str(path), "bytes": size, "rows": rows}
