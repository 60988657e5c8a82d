"""Locks over all processes, held until the transaction ends.

On SQLite the IMMEDIATE transaction has shut out every other writer already.
"""

from django.db import connection

CLAIMING = 0x70686F6E
RECORDING = 0x70686F6F
WATCHING = 0x70686F70
SILENT_SECONDS = 10


def only_one(lock: int, of: int = 0) -> None:
    """Waits until no other transaction holds this lock, of one team or of all (0).

    PostgreSQL disconnects a holder that says nothing for SILENT_SECONDS, such as a worker on a
    machine that was frozen: else everybody would wait for it.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('idle_in_transaction_session_timeout', %s, true), "
                "pg_advisory_xact_lock(%s, %s)",
                [f"{SILENT_SECONDS}s", lock, of],
            )
