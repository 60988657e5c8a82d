"""Whether the portal can do its work: its database is there, and there is room to write."""

import errno
import logging
import os
import tempfile
import threading
import time
from datetime import UTC, datetime

from django.contrib.sessions.models import Session
from django.db import DatabaseError, InterfaceError, connection, transaction

from lookups.database.choice import database_file

# Anyone may ask, so the disk is not written to as often as it is asked for.
GOOD_FOR_SECONDS = 1
# SQLite may write a small change over what its log held before, also where the disk is full.
ROOM_BYTES = 1 << 20
MARK = "readyz"

log = logging.getLogger(__name__)


class Readiness:
    """What a write to the database found, not longer ago than GOOD_FOR_SECONDS."""

    def __init__(self) -> None:
        self._at = float("-inf")
        self._state = "ok"
        self._trying = threading.Lock()

    def database(self) -> str:
        """`ok`, `away`, or `cannot write` while it can only be read.

        Where another thread waits for its write, this is what the last one found.
        """
        if time.monotonic() - self._at < GOOD_FOR_SECONDS:
            return self._state
        if self._trying.acquire(blocking=False):
            try:
                self._state = _tried()
                self._at = time.monotonic()
            finally:
                self._trying.release()
        return self._state


def _tried() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM lookups_team LIMIT 1")
    except (DatabaseError, InterfaceError):
        return "away"
    try:
        _write()
    except (DatabaseError, InterfaceError, OSError) as error:
        log.error("The database takes no writes: %s", error)
        return "cannot write"
    return "ok"


def _write() -> None:
    # A session that has run out: nobody can sign in with it.
    with transaction.atomic():
        Session.objects.update_or_create(
            session_key=MARK,
            defaults={"session_data": "", "expire_date": datetime(2000, 1, 1, tzinfo=UTC)},
        )
    if database := database_file():
        with tempfile.TemporaryFile(dir=database.parent) as file:
            _reserve(file.fileno())


def _reserve(file: int) -> None:
    try:
        os.posix_fallocate(file, 0, ROOM_BYTES)
    except OSError as error:
        # Some file systems cannot reserve, and then say nothing of their room.
        if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
            raise
