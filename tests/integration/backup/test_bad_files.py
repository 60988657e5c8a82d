"""No bad file takes the place of the database."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from lookups import backup as backups
from lookups.backup import contents, postgresql, sqlite
from tests.integration.backup.looking import (
    ENGINE,
    IS_SQLITE,
    LENGTH,
    only_sqlite,
    refusal,
    without_checksum,
)

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = 4096
LEAF_OF_INDEX, LEAF_OF_TABLE = 0x0A, 0x0D


def page_of(data: bytes, kind: int) -> int:
    """Where the last page of this kind that holds something begins."""
    places = range(PAGE, len(data) - PAGE + 1, PAGE)
    return next(at for at in reversed(places) if data[at] == kind and data[at + 4])


def changed(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "begun": lambda data: data[:10],
    "half": lambda data: data[: len(data) // 2],
    "a byte short": lambda data: data[:-1],
    "a byte more": lambda data: data + b"\n",
    "another beginning": lambda data: changed(data, 0, b"x"),
    "a byte of the header": lambda data: changed(data, 40, bytes([data[40] ^ 255])),
    "a byte in the middle": lambda data: changed(
        data, len(data) // 2, bytes([data[len(data) // 2] ^ 1])
    ),
    "zeros in the middle": lambda data: changed(data, len(data) // 2 // PAGE * PAGE, bytes(PAGE)),
    "a byte of the checksum": lambda data: changed(data, len(data) - 9, b"x"),
    "a byte before the checksum": lambda data: changed(data, len(data) - LENGTH + 2, b"x"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_changes_nothing(good, tmp_path, damage):
    bad = tmp_path / "bad"
    bad.write_bytes(DAMAGES[damage](good.read_bytes()))
    assert "The database is as it was." in refusal(bad)


@only_sqlite
@pytest.mark.parametrize("kind", [LEAF_OF_INDEX, LEAF_OF_TABLE])
def test_a_page_of_zeros_is_seen_without_a_checksum_too(good, tmp_path, kind):
    data = without_checksum(good)
    bad = tmp_path / "bad"
    bad.write_bytes(changed(data, page_of(data, kind), bytes(PAGE)))
    assert "damaged" in refusal(bad)


@only_sqlite
def test_a_letter_that_changed_inside_a_text_is_seen_by_the_checksum_alone(good, tmp_path):
    data = good.read_bytes()
    bad = tmp_path / "bad"
    bad.write_bytes(data.replace(b"Flight delays", b"Fright delays"))
    assert bad.read_bytes() != data
    assert "checksum" in refusal(bad)
    # What the checksum is for: SQLite finds nothing wrong with it.
    bad.write_bytes(without_checksum(bad))
    assert backups.restore(bad).had_checksum is False


def test_a_backup_of_a_newer_release_is_refused_with_what_to_do(good, tmp_path):
    newer = tmp_path / "newer"
    recorder = MigrationRecorder(connection)
    recorder.record_applied("lookups", "9999_later")
    ENGINE.write(newer)
    recorder.record_unapplied("lookups", "9999_later")
    said = refusal(newer)
    assert "newer release" in said
    assert "lookups.9999_later" in said
    assert "Install" in said


def other_file(path: Path, *tables: str) -> None:
    """A file of the engine's own kind that holds these tables alone."""
    if IS_SQLITE:
        shutil.copy(sqlite._database(), path)
        with closing(sqlite3.connect(path)) as file:
            for name, quoted in sqlite._tables(file):
                file.execute(f"DELETE FROM {quoted}" if name != "django_migrations" else "")
                if name not in tables:
                    file.execute(f"DROP TABLE {quoted}")
            file.commit()
            file.execute("PRAGMA journal_mode = DELETE")
    else:
        only = [f"--table={table}" for table in tables]
        env = os.environ | postgresql._address()
        subprocess.run(["pg_dump", "-Fc", *only, f"--file={path}"], env=env, check=True)


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        (["lookups_call"], "it holds no portal"),
        (["foreign_thing"], "it holds no portal"),
        (["lookups_call", "django_migrations"], "it holds no whole portal: the table"),
    ],
)
def test_a_database_of_something_else_is_refused(good, tmp_path, tables, reason):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE foreign_thing (x integer)")
        if IS_SQLITE:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other_file(tmp_path / "other", *tables)
    said = refusal(tmp_path / "other")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE foreign_thing")
    assert reason in said


def test_a_portal_that_lacks_a_column_or_a_migration_is_refused(lookup, tmp_path):
    there = ENGINE.read(written(tmp_path / "file"))
    there.columns["lookups_call"].discard("uuid")
    with pytest.raises(backups.Unfit, match="lookups_call lacks the column uuid"):
        contents.Release(there)
    there.migrations.discard(("lookups", "0004_watch"))
    with pytest.raises(backups.Unfit, match=r"migration lookups\.0004_watch is missing"):
        contents.Release(there)


def written(path: Path) -> Path:
    ENGINE.write(path)
    return path


def test_the_other_engines_backup_is_named(good, tmp_path):
    other = postgresql if IS_SQLITE else sqlite
    (tmp_path / "other").write_bytes(other.MAGIC + bytes(100))
    assert "a backup of " in refusal(tmp_path / "other")
