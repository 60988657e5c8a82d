"""The database before and after, for all tests of backups."""

from pathlib import Path

import pytest
from django.db import connection

from lookups import backup as backups
from lookups.backup import BackupError, checksum, postgresql, sqlite
from lookups.models import Attempt, AuditEvent, Call, Lookup

IS_SQLITE = connection.vendor == "sqlite"
only_sqlite = pytest.mark.skipif(not IS_SQLITE, reason="this is about SQLite")
ENGINE = sqlite if IS_SQLITE else postgresql
LENGTH = len(checksum._LINE.format("0" * 64))


def everything() -> list[object]:
    """Every row that the portal keeps of calls, and what the audit says."""
    connection.close()
    return [list(model.objects.order_by("pk").values()) for model in (Lookup, Call, Attempt)] + [
        list(AuditEvent.objects.values_list("event", flat=True))
    ]


def refusal(path: Path) -> str:
    """Why the file is not restored. Fails when the database is another afterwards."""
    before = everything()
    with pytest.raises(BackupError) as refused:
        backups.restore(path)
    assert everything() == before
    if IS_SQLITE:
        assert list(sqlite._database().parent.glob(".*restore*")) == []
    return str(refused.value)


def without_checksum(path: Path) -> bytes:
    return path.read_bytes()[:-LENGTH]


def written_bytes(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
