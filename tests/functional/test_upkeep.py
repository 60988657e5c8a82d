"""Backups, restores, key rotation and pruning, as an operator runs them."""

import base64
import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from lookups.emulator import DEMO_FLOW_ID, DEMO_SECURITY_ID
from lookups.models import Attempt, AuditEvent, Call, Lookup, Worker
from tests.processes import manage
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
