"""How an embedded database is copied, and a copy put in its place."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from lookups import backup as backups
from lookups.backup import BackupError, sqlite
from lookups.models import Call
from tests.integration.backup.looking import everything, only_sqlite, refusal, written_bytes

pytestmark = [pytest.mark.django_db(transaction=True), only_sqlite]


def test_a_damaged_database_is_replaced_and_one_restored_in_vain_stays(good, tmp_path):
    database = sqlite._database()
    before = everything()
    connection.close()
    sqlite._remove(database)
    database.write_bytes(b"rubbish" * 1000)
    with pytest.raises(BackupError):
        backups.restore(written_bytes(tmp_path / "bad", b"more rubbish"))
    assert database.read_bytes() == b"rubbish" * 1000
    backups.restore(good)
    assert everything()[:-1] == before[:-1]
    assert list(database.parent.glob(f".{database.name}*restore*")) == []


def test_the_log_of_the_replaced_database_is_not_played_into_the_new_one(good):
    database = sqlite._database()
    before = everything()
    Call.objects.all().delete()
    connection.close()
    kept = database.with_name(f"{database.name}-wal")
    with closing(sqlite3.connect(database)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("DELETE FROM lookups_attempt")
        other.commit()
        log = kept.read_bytes()
    database.unlink()
    kept.write_bytes(log)
    backups.restore(good)
    assert everything()[:-1] == before[:-1]


def test_the_database_itself_is_no_place_for_a_backup_and_none_to_restore(good):
    before = everything()
    for use in (backups.backup, backups.restore):
        with pytest.raises(BackupError, match="the database itself"):
            use(sqlite._database())
    assert everything() == before


def test_a_database_file_with_its_log_beside_it_is_no_backup(good, tmp_path):
    shutil.copy(good, tmp_path / "live")
    (tmp_path / "live-wal").write_bytes(b"x")
    assert "live-wal beside it holds a part of it" in refusal(tmp_path / "live")


class Endless(Exception):
    pass


class Interrupted(sqlite3.Connection):
    """Another process commits after every step of a copy."""

    def backup(self, target: sqlite3.Connection, *, pages: int, **_: object) -> None:
        steps: list[int] = []

        def commit_elsewhere(*_: int) -> None:
            steps.append(1)
            if len(steps) > 100:
                raise Endless
            with closing(sqlite3.connect(sqlite._database())) as other, other:
                other.execute("UPDATE lookups_call SET first_fetched_at = random()")

        super().backup(target, pages=pages, progress=commit_elsewhere)


def copy_beside_a_writer(path: Path) -> None:
    connection.close()
    with (
        closing(sqlite3.connect(sqlite._database(), factory=Interrupted)) as source,
        closing(sqlite3.connect(path)) as target,
    ):
        sqlite._copy(source, target)


def test_a_copy_ends_although_others_commit_all_the_time(lookup, tmp_path):
    copy_beside_a_writer(tmp_path / "copy")
    assert sqlite.read(tmp_path / "copy").rows["lookups_call"] == Call.objects.count()


def test_a_copy_in_several_steps_would_not_end(lookup, tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite, "ALL_PAGES", 5)
    with pytest.raises(Endless):
        copy_beside_a_writer(tmp_path / "copy")
