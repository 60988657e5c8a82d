"""`manage.py restore PATH`: a backup in the place of the database."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from lookups.backup import Restored, restore
from lookups.database.choice import database_file
from lookups.management.portal_command import Facts, PortalCommand, WrongUse
from lookups.models import Worker


class Command(PortalCommand):
    help = "Puts a backup in the place of the database. Stop the web and the workers first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)

    def run(self, *, path: Path, **_: Any) -> Facts:
        if not path.is_file():
            raise WrongUse(f"There is no file {path}.")
        if _somebody_works():
            raise CommandError("A worker is running. Stop the web and the workers, then restore.")
        restored = restore(path)
        self._explain(restored)
        return {
            "restored": str(path),
            "rows": restored.rows,
            "migrations_waiting": restored.migrations_waiting,
        }

    def _explain(self, restored: Restored) -> None:
        if not restored.had_checksum:
            self.say(
                "The file has no checksum, as `backup` writes one: its structure is whole, but "
                "a letter that has changed inside a text would not be seen."
            )
        if restored.migrations_waiting:
            self.say(
                "Restored. The backup is of an older release: run `python manage.py migrate` now, "
                "then `python manage.py doctor`."
            )
        else:
            self.say("Restored. Run `python manage.py doctor` now.")


def _somebody_works() -> bool:
    """False as well where there is no portal yet, or none that can be read any more."""
    database = database_file()
    if database and not database.is_file():
        return False
    try:
        return Worker.objects.alive().exists()
    except DatabaseError:
        return False
