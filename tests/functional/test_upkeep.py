"""Backups, restores, key rotation and pruning, as an operator runs them."""

import base64
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from lookups.emulator import DEMO_FLOW_ID, DEMO_SECURITY_ID
from lookups.models import Attempt, AuditEvent, Call, Lookup, Worker
from tests.processes import database_url, manage
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lookup(look_up, credential, work) -> Lookup:
    lookup = look_up("\n".join(some_uuids(20)), credential)
    work()
    lookup.refresh_from_db()
    return lookup


def everything() -> list[object]:
    connection.close()
    models = [Lookup, Call, Attempt]
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_what_was_backed_up_comes_back_whole(lookup, tmp_path):
    before = everything()
    backup = tmp_path / "portal.backup"
    done = manage("backup", str(backup), "--json")
    assert json.loads(done.stdout)["bytes"] == backup.stat().st_size, done.stderr

    Lookup.objects.all().delete()
    Call.objects.all().delete()
    assert everything() != before
    restored = manage("restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    assert everything() == before


def test_a_backup_holds_no_secret(lookup, tmp_path):
    backup = tmp_path / "portal.backup"
    manage("backup", str(backup))
    data = backup.read_bytes()
    assert DEMO_SECURITY_ID.encode() not in data
    assert DEMO_FLOW_ID.encode() not in data
    assert backup.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"x" * 4096])
def test_a_file_that_is_no_backup_changes_nothing(lookup, tmp_path, content):
    before = everything()
    bad = tmp_path / "bad"
    bad.write_bytes(content)
    done = manage("restore", str(bad))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert everything() == before


def test_another_programs_database_is_no_backup(lookup, tmp_path):
    before = everything()
    other = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE t (x)")
    assert manage("restore", str(other)).returncode == 1
    assert everything() == before


def test_nothing_is_restored_under_a_running_worker(lookup, tmp_path):
    backup = tmp_path / "portal.backup"
    manage("backup", str(backup))
    Worker.objects.create(name="one", started_at=timezone.now(), seen_at=timezone.now())
    done = manage("restore", str(backup))
    assert done.returncode == 1
    assert "worker is running" in done.stderr


@pytest.fixture
def empty_database(tmp_path) -> Iterator[str]:
    """The address of a database in which nothing has been made yet."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.sqlite3"
        return
    name = f"{connection.settings_dict['NAME']}_empty"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield database_url().rpartition("/")[0] + f"/{name}"
        cursor.execute(f"DROP DATABASE {name}")


def test_a_backup_is_restored_into_an_empty_database(lookup, tmp_path, empty_database):
    backup = tmp_path / "portal.backup"
    manage("backup", str(backup))
    done = manage("restore", str(backup), "--json", DATABASE_URL=empty_database)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["migrations_waiting"] == 0
    for command in ("prune --days 100 --json", "doctor --json"):
        assert manage(*command.split(), DATABASE_URL=empty_database).returncode == 0
    again = manage("restore", str(backup), DATABASE_URL=empty_database)
    assert again.returncode == 0, again.stderr


def test_an_empty_database_is_not_backed_up(tmp_path, empty_database):
    done = manage("backup", str(tmp_path / "backup"), DATABASE_URL=empty_database)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_backup_of_an_older_release_says_to_migrate(lookup, tmp_path, empty_database):
    backup = tmp_path / "portal.backup"
    manage("migrate", "-v0", "lookups", "0004", DATABASE_URL=empty_database)
    made = manage("backup", str(backup), DATABASE_URL=empty_database)
    assert made.returncode == 0, made.stderr
    done = manage("restore", str(backup), DATABASE_URL=empty_database)
    assert done.returncode == 0, done.stderr
    assert "run `python manage.py migrate`" in done.stderr
    for command in ("migrate -v0", "doctor"):
        assert manage(*command.split(), DATABASE_URL=empty_database).returncode == 0


def test_a_backup_that_is_not_there_is_wrong_use(lookup, tmp_path):
    done = manage("restore", str(tmp_path / "none"), "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no file" in done.stderr


def test_a_backup_that_cannot_be_written_is_a_sentence(lookup):
    done = manage("backup", "/no/such/folder/portal.backup")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_prune_deletes_what_is_old_and_keeps_what_a_lookup_shows(lookup, look_up, credential):
    long_ago = timezone.now() - timedelta(days=100)
    Lookup.objects.update(ended_at=long_ago)
    Call.objects.update(fetched_at=long_ago)
    shown = look_up(Call.objects.filter(is_final=True).first().uuid, credential)
    done = manage("prune", "--days", "30", "--json")
    assert json.loads(done.stdout)["lookups"] == 1, done.stderr
    connection.close()
    assert list(Lookup.objects.all()) == [shown]
    assert Call.objects.count() == 1
    assert AuditEvent.objects.filter(event="pruned").exists()


def test_keys_are_rotated_with_the_old_one_at_hand(lookup):

    old = ",".join(f"{i}:{base64.b64encode(k).decode()}" for i, k in settings.CREDENTIAL_KEYS)
    new = "n1:" + base64.b64encode(b"n" * 32).decode()
    rotated = manage("rotate_keys", "--json", CREDENTIAL_KEYS=f"{new},{old}")
    assert json.loads(rotated.stdout) == {"rotated": 1, "already": 0, "unreadable": 0}
    assert json.loads(manage("doctor", "--json", CREDENTIAL_KEYS=new).stdout)["well"]
    lost = manage("rotate_keys", CREDENTIAL_KEYS="x1:" + base64.b64encode(b"x" * 32).decode())
    assert lost.returncode == 1
    assert "Enter their ids again" in lost.stdout
