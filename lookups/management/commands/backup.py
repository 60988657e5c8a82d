from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from lookups import audit, storage
from lookups.management.portal_command import Facts, PortalCommand


class Command(PortalCommand):
    help = "Writes a consistent copy of the database while work goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)

    def run(self, *, path: Path, **_: Any) -> Facts:
        try:
            size = storage.backup(path)
        except storage.StorageError as error:
            raise CommandError(str(error)) from None
        audit.record(audit.Event.BACKED_UP, by=None, bytes=size)
        self.say("The keys that open its credentials are not in it. Keep .env in another place.")
        return {"backup": str(path), "bytes": size}
