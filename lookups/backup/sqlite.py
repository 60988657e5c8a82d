"""An embedded portal's backup is a database file.

The file is copied by SQLite itself, in one step: whatever others commit meanwhile, the copy ends,
and it is of one moment. A copy in several steps begins anew at every commit of another process.
"""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from django.db import connection

from lookups import private
from lookups.backup.contents import Contents
from lookups.backup.errors import Unfit

MAGIC = b"SQLite format 3\0"
ALL_PAGES = -1
BUSY_SECONDS = 20
_UNREADABLE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def write(path: Path) -> dict[str, int]:
    """Copies the database to `path`; the number of rows of each table at that moment."""
    database = _database()
    if not database.is_file():
        raise Unfit("it is not there. Run `python manage.py migrate` first")
    with closing(_open(database)) as live, closing(_open(path)) as copy:
        # Whoever makes the file syncs it as a whole; nobody needs half of it.
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        # One transaction, so that the rows are counted in what is copied. No writer waits for it.
        live.execute("BEGIN")
        rows = {
            name: live.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for name, table in _tables(live)
        }
        _copy(live, copy)
    return rows


def read(path: Path) -> Contents:
    """Reads every page and every row. Raises Unfit when the file is damaged."""
    log = path.with_name(f"{path.name}-wal")
    if log.is_file() and log.stat().st_size:
        raise Unfit(f"it is a database in use: {log.name} beside it holds a part of it")
    try:
        with closing(_open(path, "immutable=1")) as file:
            _check_structure(file)
            return _contents(file)
    except sqlite3.DatabaseError as error:
        raise Unfit(f"it is damaged ({error})") from error


def put(path: Path, contents: Contents, note: Callable[[], None]) -> None:
    """Makes the database what the backup is, and notes that in it.

    SQLite writes it in one transaction, so that processes which have the database open see the old
    or the new one and no mixture. The old one is kept aside until the new one has answered.
    """
    connection.close()
    database = _database()
    aside = database.with_name(f".{database.name}.before-restore")
    is_new = not database.is_file() or not database.stat().st_size
    _remove(aside)
    is_away = not is_new and _keep(database, aside)
    try:
        _fill(database, path)
        is_away = True
        _check_answer(database, contents)
        note()
    except BaseException:
        connection.close()
        if is_new:
            _remove(database)
        elif is_away:
            _keep(aside, database)
        _remove(aside)
        raise
    connection.close()
    _remove(aside)
    private.close()


def _database() -> Path:
    return Path(connection.settings_dict["NAME"]).resolve()


def _open(path: Path, how: str = "mode=rwc") -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?{how}", uri=True, isolation_level=None, timeout=BUSY_SECONDS
    )


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copies in one step. Raises TimeoutError, a kind of OSError, when others keep it locked."""
    deadline = time.monotonic() + BUSY_SECONDS

    def patience(state: int, *_: int) -> None:
        # Python tries for ever.
        if state in _BUSY and time.monotonic() > deadline:
            raise TimeoutError("another process is writing to the database. Stop it first")

    source.backup(target, pages=ALL_PAGES, progress=patience)


def _fill(database: Path, path: Path, how: str = "immutable=1") -> None:
    with closing(_open(path, how)) as source, closing(_open(database)) as target:
        _copy(source, target)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _keep(database: Path, aside: Path) -> bool:
    """Makes `aside` what the database is.

    True when the database is away then: one that SQLite cannot read is moved as it is.
    """
    try:
        _fill(aside, database, "mode=rw")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in _UNREADABLE:
            raise
        _remove(aside)
        for file, kept in zip(_files(database), _files(aside), strict=True):
            with suppress(FileNotFoundError):
                os.replace(file, kept)
        return True
    return False


def _files(database: Path) -> list[Path]:
    """The database and what SQLite may have beside it."""
    return [database.with_name(database.name + end) for end in ("", "-wal", "-shm", "-journal")]


def _remove(database: Path) -> None:
    for file in _files(database):
        file.unlink(missing_ok=True)


def _check_structure(file: sqlite3.Connection) -> None:
    file.execute("PRAGMA cell_size_check = ON")
    [said] = file.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        raise Unfit(f"it is damaged ({' '.join(said.split())})")
    if stray := file.execute("PRAGMA foreign_key_check").fetchone():
        raise Unfit(f"it is damaged (row {stray[1]} of {stray[0]} refers to no row of {stray[2]})")


def _contents(file: sqlite3.Connection) -> Contents:
    contents = Contents()
    for name, table in _tables(file):
        rows = file.execute(f"SELECT * FROM {table}")  # noqa: S608
        contents.columns[name] = {column[0] for column in rows.description}
        contents.rows[name] = sum(1 for _ in rows)
    if {"app", "name"} <= contents.columns.get("django_migrations", set()):
        contents.migrations = set(file.execute("SELECT app, name FROM django_migrations"))
    return contents


def _check_answer(database: Path, contents: Contents) -> None:
    with closing(_open(database)) as file:
        if table := contents.differs_from(_contents(file).rows):
            raise Unfit(f"it came back with other rows in {table}")


def _tables(file: sqlite3.Connection) -> list[tuple[str, str]]:
    """The name of each table, and the name in quotes."""
    names = file.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) != 'sqlite_'"
    )
    return [(name, '"' + name.replace('"', '""') + '"') for (name,) in names]
