"""Waiting for another process to write to the database."""

import time

from django.db import connection

# How often SQLite is asked meanwhile.
GLANCE_SECONDS = 0.01


def until_written(at_most: float) -> None:
    """Waits until another process has written to the database, where it can tell that, or for
    `at_most` seconds."""
    until = time.monotonic() + at_most
    before = _data_version()
    while time.monotonic() < until:
        time.sleep(GLANCE_SECONDS)
        if before != _data_version():
            return


def _data_version() -> int:
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        return int(cursor.execute("PRAGMA data_version").fetchone()[0])
