"""A portal's backup on PostgreSQL is an archive of pg_dump.

It is read, and put back, as the statements and rows that pg_restore makes of it. Put back means: in
one transaction of ours, with all that is checked and noted, so that the database is the old one
until everything of the new one is there.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

from lookups.backup.contents import Contents
from lookups.backup.errors import BackupError, Unfit

MAGIC = b"PGDMP"
LOCK_SECONDS = 20
LOCK_NOT_AVAILABLE = "55P03"
# The tables of the portal, also those of a release that this one does not know.
OURS = "^(auth|django|lookups|procrastinate)_"
_DROPPABLE = """
    SELECT 'TABLE', oid::regclass::text FROM pg_class
        WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
        AND relname ~ %(ours)s
    UNION ALL SELECT 'FUNCTION', oid::regprocedure::text FROM pg_proc
        WHERE prokind = 'f' AND pronamespace = current_schema()::regnamespace
        AND proname ~ %(ours)s
    UNION ALL SELECT 'TYPE', pg_type.oid::regtype::text
        FROM pg_type LEFT JOIN pg_class ON pg_class.oid = typrelid
        WHERE (typtype = 'e' OR relkind = 'c') AND typnamespace = current_schema()::regnamespace
        AND typname ~ %(ours)s
"""
_COPY = re.compile(rb"COPY (?P<table>.+) \((?P<columns>.*)\) FROM stdin;\n")
# What psql makes of these is no business of the server's.
_FOR_PSQL = (b"\\restrict ", b"\\unrestrict ")


class ProgramFailed(BackupError):
    """What a PostgreSQL program said when it failed."""


# The statements before some rows, the COPY that takes them or b"", and the rows.
Step = tuple[bytes, bytes, Iterator[bytes]]


def write(path: Path) -> dict[str, int]:
    """Dumps the database to `path`; the number of rows of each table at that moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        # pg_dump sees what we see, so that the rows are counted in what is dumped.
        cursor.execute("SELECT pg_export_snapshot()")
        [snapshot] = cursor.fetchone()
        with _running("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={path}"):
            pass
        return _count(cursor, read(path).rows)


def read(path: Path) -> Contents:
    """Reads the archive to its end. Raises Unfit when pg_restore cannot."""
    contents = Contents()
    with _script(path) as steps:
        for _, copy, rows in steps:
            if said := _COPY.fullmatch(copy):
                _take_in(contents, said, rows)
    return contents


def put(path: Path, contents: Contents, note: Callable[[], None]) -> None:
    """Makes the database what the backup is, and notes that in it.

    Raises TimeoutError when others keep on using it.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
            _drop_ours(cursor)
            with _script(path, "--clean", "--if-exists", "--no-owner") as steps:
                for statements, copy, rows in steps:
                    _execute(cursor, statements, copy, rows)
            # The script has set it to nothing.
            cursor.execute("SET search_path TO DEFAULT")
            if table := contents.differs_from(_count(cursor, contents.rows)):
                raise Unfit(f"it came back with other rows in {table}")
            note()
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == LOCK_NOT_AVAILABLE:
            raise TimeoutError("other processes use the database. Stop them first") from error
        raise
    finally:
        # The script has left its other settings in the session.
        connection.close()


def _drop_ours(cursor: CursorWrapper) -> None:
    """Drops every table, function and type of the portal.

    pg_restore drops what the archive holds. What a newer release has added would stay, hold on to
    the old tables, and be in the way of `migrate` later.
    """
    cursor.execute(_DROPPABLE, {"ours": OURS})
    for kind, name in cursor.fetchall():
        cursor.execute(f"DROP {kind} IF EXISTS {name} CASCADE")


def _execute(cursor: CursorWrapper, statements: bytes, copy: bytes, rows: Iterator[bytes]) -> None:
    if statements.strip():
        cursor.execute(statements.decode())
    if copy:
        with connection.wrap_database_errors, cursor.copy(copy.decode()) as target:
            for row in rows:
                target.write(row)


def _count(cursor: CursorWrapper, tables: dict[str, int]) -> dict[str, int]:
    rows = {}
    for table in tables:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 (quoted by pg_dump)
        [rows[table]] = cursor.fetchone()
    return rows


def _take_in(contents: Contents, said: re.Match[bytes], rows: Iterable[bytes]) -> None:
    table = said["table"].decode()
    columns = [one.strip('"') for one in said["columns"].decode().split(", ")]
    name = table.rpartition(".")[2].strip('"')
    contents.columns[name] = set(columns)
    if name == "django_migrations" and {"app", "name"} <= set(columns):
        rows = list(rows)
        app, migration = columns.index("app"), columns.index("name")
        cells = [row.decode().rstrip("\n").split("\t") for row in rows]
        contents.migrations = {(row[app], row[migration]) for row in cells}
    contents.rows[table] = sum(1 for _ in rows)


@contextmanager
def _script(path: Path, *options: str) -> Iterator[Iterator[Step]]:
    """What pg_restore makes of the archive. Raises Unfit at the end when it could not read it."""
    try:
        with _running("pg_restore", "--file=-", *options, str(path)) as output:
            yield _steps(iter(output))
    except ProgramFailed as failed:
        raise Unfit(f"it is damaged ({failed})") from None


def _steps(lines: Iterator[bytes]) -> Iterator[Step]:
    """Each step's rows are to be read before the next step is asked for."""
    statements: list[bytes] = []
    for line in lines:
        if _COPY.fullmatch(line):
            yield b"".join(statements), line, takewhile(lambda row: row != b"\\.\n", lines)
            statements = []
        elif not line.startswith(_FOR_PSQL):
            statements.append(line)
    yield b"".join(statements), b"", iter(())


@contextmanager
def _running(*command: str) -> Iterator[Iterable[bytes]]:
    """Runs a PostgreSQL client program on our database; its output.

    The password stays off its command line. Raises BackupError when it is not there or fails.
    """
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(  # noqa: S603
                command, env=os.environ | _address(), stdout=subprocess.PIPE, stderr=said
            )
        except FileNotFoundError:
            raise BackupError(
                f"{command[0]} is not installed. Install PostgreSQL's client"
            ) from None
        with process:
            try:
                yield process.stdout or ()
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            said.seek(0)
            raise ProgramFailed(" ".join(said.read(500).decode(errors="replace").split()))


def _address() -> dict[str, str]:
    settings = connection.settings_dict
    names = {
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
    }
    return {name: str(value) for name, value in names.items() if value}
