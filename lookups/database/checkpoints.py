"""Takes SQLite's log into its database file beside the work.

Else the writer whose commit makes the log long does it, and its requests wait for the disk.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.25


@contextmanager
def taken_beside() -> Iterator[None]:
    """Inside it the log is kept short, where the database is SQLite."""
    if connection.vendor != "sqlite":
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_take, args=(over,), name="checkpoints", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _take(over: threading.Event) -> None:
    while not over.wait(EVERY_SECONDS):
        try:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except DatabaseError as error:
            log.warning("The log could not be taken into the database file: %s", error)
    connection.close()
