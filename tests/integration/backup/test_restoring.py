"""What is backed up comes back whole, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from lookups import backup as backups
from lookups.backup import BackupError, postgresql, sqlite
from lookups.models import AuditEvent, Call, Lookup
from tests.integration.backup.looking import (
    ENGINE,
    IS_SQLITE,
    everything,
    refusal,
    without_checksum,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_file_without_a_checksum_is_restored_and_said_to_have_none(good, tmp_path):
    before = everything()[:-1]
    plain = tmp_path / "plain"
    plain.write_bytes(without_checksum(good))
    Call.objects.all().delete()
    assert backups.restore(plain).had_checksum is False
    assert everything()[:-1] == before


def test_a_backup_comes_back_whole_and_the_audit_says_so(good):
    before = everything()
    Lookup.objects.all().delete()
    Call.objects.all().delete()
    restored = backups.restore(good)
    assert restored.had_checksum
    assert restored.migrations_waiting == 0
    # "backed_up" was noted once the backup was there.
    assert everything() == [*before[:3], ["restored", *before[3][1:]]]


def test_a_backup_of_an_older_release_comes_back_for_migrate(good, tmp_path):
    before = Call.objects.count()
    call_command("migrate", "lookups", "0008", verbosity=0)
    old = tmp_path / "old"
    backups.backup(old)
    call_command("migrate", verbosity=0)
    assert backups.restore(old).migrations_waiting >= 2
    call_command("migrate", verbosity=0)
    assert Call.objects.count() == before
    assert AuditEvent.objects.filter(event="restored").count() == 1


def test_what_a_newer_release_has_added_is_gone_with_an_older_backup(good):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE lookups_later (id bigint REFERENCES lookups_call (id))")
    backups.restore(good)
    assert "lookups_later" not in connection.introspection.table_names()


def test_a_database_that_does_not_answer_after_the_restore_makes_room_for_the_old_one(
    good,
):
    def failing(*_: object, **__: object) -> None:
        raise OSError("the disk is gone")

    Call.objects.first().delete()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lookups.backup.audit.record", failing)
        assert "the disk is gone" in refusal(good)


def test_a_copy_that_lost_a_row_is_no_backup(lookup, tmp_path, monkeypatch):
    write = ENGINE.write

    def losing(path: Path) -> dict[str, int]:
        counted = write(path)
        return counted | {next(iter(counted)): -1}

    monkeypatch.setattr(ENGINE, "write", losing)
    old = tmp_path / "portal.backup"
    old.write_bytes(b"the last good one")
    with pytest.raises(BackupError, match="the copy lacks"):
        backups.backup(old)
    assert old.read_bytes() == b"the last good one"
    assert list(tmp_path.iterdir()) == [old]


def test_a_database_that_others_keep_locked_is_not_waited_for_without_end(good, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0)
    monkeypatch.setattr(postgresql, "LOCK_SECONDS", 1)
    before = everything()
    with locked_by_another(), pytest.raises(BackupError, match="Stop"):
        backups.restore(good)
    assert everything() == before


@contextmanager
def locked_by_another() -> Iterator[None]:
    connection.close()
    other = connections.create_connection("default")
    other.ensure_connection()
    with transaction_of(other):
        yield
    other.close()


@contextmanager
def transaction_of(other: BaseDatabaseWrapper) -> Iterator[None]:
    with other.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE" if IS_SQLITE else "BEGIN")
        cursor.execute("UPDATE lookups_call SET talk_seconds = 1")
        yield
        cursor.execute("ROLLBACK")
