"""The database as a whole: back it up, and put a backup in its place.

A backup holds the sealed credentials and not the keys that open them: keep `.env` apart from it.

Both ways the file is read to its last byte before it takes anybody's place: its checksum, its
structure, every row, and whether it is a portal that this release knows.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from django.db import DatabaseError

from lookups import audit
from lookups.backup import checksum, postgresql, sqlite
from lookups.backup.contents import Release
from lookups.backup.errors import BackupError, Unfit
from lookups.database.choice import choose, database_file

__all__ = ["BackupError", "Restored", "backup", "restore"]

_ENGINES = {sqlite.MAGIC: "SQLite", postgresql.MAGIC: "PostgreSQL"}


@dataclass(frozen=True)
class Restored:
    """How many rows came back, how many migrations wait, and whether a checksum proved the file."""

    rows: int
    migrations_waiting: int
    had_checksum: bool


def backup(path: Path) -> tuple[int, int]:
    """Writes a copy of the database as it is at one moment, while work goes on; bytes and rows.

    SQLite gives a database file, PostgreSQL a pg_dump archive. The file takes its name once it has
    been read back and holds every row; until then what was there stays. Raises BackupError.
    """
    what = f"The database cannot be backed up to {path}"
    with _in_sentences(what, "No file was written."):
        _check_is_another_file(path)
        part = _new_file_beside(path)
        try:
            counted = _engine().write(part)
            checksum.add(part)
            checksum.verify(part)
            contents = _engine().read(part)
            if table := contents.differs_from(counted):
                raise Unfit(f"it has rows in {table} that the copy lacks")
            release = Release(contents)
            size = part.stat().st_size
            _sync(part)
            part.replace(path)
            _sync(path.parent)
        finally:
            part.unlink(missing_ok=True)
    with _in_sentences(f"{path} is a good backup, but the audit does not tell of it", ""):
        _note(audit.Event.BACKED_UP, release, bytes=size)
    return size, sum(counted.values())


def restore(path: Path) -> Restored:
    """Puts the backup in the place of the database. Stop the web and the workers first.

    A backup of an older release comes back as it was, for `migrate` to bring up to date. Raises
    BackupError, with the database as it was, when the file is no good backup of a portal.
    """
    with _in_sentences(f"{path} cannot be restored", "The database is as it was."):
        _check_is_another_file(path)
        _check_kind(path)
        had_checksum = checksum.verify(path)
        contents = _engine().read(path)
        release = Release(contents)
        _engine().put(path, contents, lambda: _note(audit.Event.RESTORED, release))
    return Restored(sum(contents.rows.values()), release.waiting, had_checksum)


def _engine() -> ModuleType:
    return choose(sqlite=sqlite, postgresql=postgresql)


@contextmanager
def _in_sentences(what: str, result: str) -> Iterator[None]:
    """Turns what can go wrong into a BackupError that says what, why, and with what result."""
    try:
        yield
    except (BackupError, Unfit, OSError, sqlite3.Error, DatabaseError) as error:
        said = getattr(error, "strerror", None) or str(error)
        reason = " ".join(said.split()).rstrip(".")
        raise BackupError(f"{what}: {reason}. {result}".rstrip()) from error


def _new_file_beside(path: Path) -> Path:
    """An empty file that its owner alone may read, with a name that no other backup has."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    return Path(name)


def _sync(path: Path) -> None:
    """Has the disk keep a file, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check_is_another_file(path: Path) -> None:
    database = database_file()
    if database and database.exists() and path.exists() and path.samefile(database):
        raise BackupError("that file is the database itself. Name another one")


def _check_kind(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise Unfit("it is empty")
    engine = next((name for magic, name in _ENGINES.items() if head.startswith(magic)), "")
    if not engine:
        raise Unfit("it is no backup of a portal, or its beginning is damaged")
    if not head.startswith(_engine().MAGIC):
        raise Unfit(f"it is a backup of {engine}, and DATABASE_URL names another engine")


def _note(event: audit.Event, release: Release, **facts: Any) -> None:
    """Writes the audit event, into the table as the migrations of the database have made it."""
    if release.waiting:
        events = release.state.apps.get_model("lookups", "AuditEvent").objects
        events.create(event=event, facts=facts)
    else:
        audit.record(event, by=None, **facts)
