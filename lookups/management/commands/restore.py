from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from lookups import audit, storage
from lookups.management.portal_command import Facts, PortalCommand
from lookups.models import Worker


class Command(PortalCommand):
    help = "Puts a backup in the place of the database. Stop the web and the workers first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)

    def run(self, *, path: Path, **_: Any) -> Facts:
        if Worker.objects.alive().exists():
            raise CommandError("A worker is running. Stop the web and the workers, then restore.")
        try:
            storage.restore(path)
        except storage.StorageError as error:
            raise CommandError(str(error)) from None
        audit.record(audit.Event.RESTORED, by=None)
        self.say("Restored. Run `python manage.py migrate` and `python manage.py doctor` now.")
        return {"restored": str(path)}
