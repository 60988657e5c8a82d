"""Locks over all processes, held until the transaction ends.

On SQLite the IMMEDIATE transaction has shut out every other writer already.
"""

from django.db import connection

CLAIMING = 0x70686F6E
WATCHING = 0x70686F70
GUESSING = 0x70686F72
JOINING = 0x70686F73
SILENT_SECONDS = 10


def only_one(lock: int, of: int = 0) -> None:
    """Waits until no other transaction holds this lock, of one team or of all (0)."""
    not_silent()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [lock, of])


def not_silent() -> None:
    """Has PostgreSQL end this transaction when it says nothing for SILENT_SECONDS, such as that of
    a worker on a machine that was frozen: else everybody would wait for its locks."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('idle_in_transaction_session_timeout', %s, true)",
                [f"{SILENT_SECONDS}s"],
            )


def skipping_locked(table: str) -> str:
    """The clause by which a query locks its rows of `table` and passes over those that others have
    locked."""
    if connection.vendor == "postgresql":
        return f"FOR UPDATE OF {table} SKIP LOCKED"
    return ""


def check_references() -> None:
    """Has PostgreSQL check the foreign keys of the rows written so far, which it would else do at
    the commit: before a lock is taken that others wait for."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
