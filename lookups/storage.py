"""The database as a whole: back it up, restore it, delete what is too old.

A backup holds the sealed credentials and not the keys that open them: keep `.env` apart from it.
"""

import os
import shutil
import sqlite3
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from lookups import audit
from lookups.models import Call, Lookup, LookupItem

CHUNK = 200


class StorageError(Exception):
    """The sentence says what went wrong; nothing was changed."""


def backup(path: Path) -> int:
    """Writes a consistent copy of the database while work goes on; its size in bytes.

    SQLite gives a database file, PostgreSQL a pg_dump archive. Raises StorageError.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600, exist_ok=False)
        if connection.vendor == "sqlite":
            _backup_sqlite(part)
        else:
            _run(["pg_dump", "--format=custom", f"--file={part}"])
        size = part.stat().st_size
        part.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"The backup could not be written: {error}.") from error
    finally:
        part.unlink(missing_ok=True)
    return size


def restore(path: Path) -> None:
    """Puts the backup in the place of the database. Stop the web and the workers first.

    Raises StorageError, with the database as it was, when the file is no good backup of a portal.
    """
    if not path.is_file():
        raise StorageError(f"There is no file {path}.")
    if connection.vendor == "sqlite":
        _restore_sqlite(path)
    else:
        _run(
            ["pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
             "--exit-on-error", f"--dbname={connection.settings_dict['NAME']}", str(path)]
        )  # fmt: skip


def prune(*, days: int) -> dict[str, int]:
    """Deletes ended lookups and calls that nobody has fetched for `days`; counts of both.

    In small transactions, so that work goes on meanwhile.
    """
    before = timezone.now() - timedelta(days=days)
    counts = {
        "lookups": _delete_in_chunks(Lookup.objects.filter(ended_at__lt=before)),
        "calls": _delete_in_chunks(_unasked_since(before)),
    }
    audit.record(audit.Event.PRUNED, by=None, days=days, **counts)
    return counts


def _delete_in_chunks(rows: QuerySet) -> int:
    deleted = 0
    # By key: deleting a queryset would first read every row whole, raw JSON and all.
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            # Locked before it is seen what belongs to them: whoever is adding to one of them ends
            # first, or finds it gone. And one that was begun anew meanwhile stays.
            old = rows.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
            held = list(old.values_list("pk", flat=True))
            rows.model.objects.filter(pk__in=held).delete()
        deleted += len(held)
    return deleted


def _unasked_since(before: datetime) -> QuerySet[Call]:
    """Old calls that no remaining lookup shows."""
    shown = LookupItem.objects.filter(call__isnull=False).values("call")
    return Call.objects.filter(fetched_at__lt=before).exclude(pk__in=shown)


def _backup_sqlite(part: Path) -> None:
    connection.ensure_connection()
    copy = sqlite3.connect(part)
    try:
        connection.connection.backup(copy, pages=2000)
    finally:
        copy.close()


def _restore_sqlite(path: Path) -> None:
    database = Path(connection.settings_dict["NAME"])
    fresh = database.with_name(f".{database.name}.restoring")
    try:
        shutil.copyfile(path, fresh)
        _check_sqlite(fresh)
        connection.close()
        # The old log belongs to the old file and would be played into the new one.
        for suffix in ("-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
        fresh.replace(database)
    finally:
        fresh.unlink(missing_ok=True)


def _check_sqlite(path: Path) -> None:
    copy = sqlite3.connect(path)
    try:
        healthy = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        copy.execute("SELECT count(*) FROM lookups_call")
    except sqlite3.DatabaseError:
        healthy = False
    finally:
        copy.close()
    if not healthy:
        raise StorageError("The file is no whole backup of a portal. Nothing was changed.")


def _run(command: list[str]) -> None:
    """Runs a PostgreSQL client program on our database; the password stays off its command line."""
    settings = connection.settings_dict
    environment = os.environ | {
        name: str(value)
        for name, value in {
            "PGHOST": settings["HOST"],
            "PGPORT": settings["PORT"],
            "PGUSER": settings["USER"],
            "PGPASSWORD": settings["PASSWORD"],
            "PGDATABASE": settings["NAME"],
        }.items()
        if value
    }
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        raise StorageError(f"{command[0]} is not installed. Install PostgreSQL's client.") from None
    if done.returncode:
        raise StorageError(f"{command[0]} failed: {done.stderr.strip()[:500]}")
