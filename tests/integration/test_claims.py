"""Who gets which request next: limits across workers, rates, and whose turn it is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from lookups import ledger
from lookups.models import Credential, Worker
from lookups.pull import Action
from tests.integration.claimed import claim_one, fail
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db


@pytest.fixture
def lookup(look_up, credential):
    return look_up("\n".join(some_uuids(6)), credential)


def test_requests_at_once_are_capped_across_workers(look_up, team, make_credential):
    narrow = make_credential(team, label="narrow", max_uuids=1, max_concurrent=2)
    look_up("\n".join(some_uuids(6)), narrow)
    assert len(ledger.claim(worker="one", limit=5)) == 2
    assert ledger.claim(worker="two", limit=5) == []


def test_each_live_worker_gets_an_equal_part_of_the_requests_at_once(
    look_up, team, make_credential
):
    narrow = make_credential(team, label="narrow", max_uuids=1, max_concurrent=5)
    look_up("\n".join(some_uuids(9)), narrow)
    now = timezone.now()
    for name, seen_at in {"one": now, "two": now, "dead": now - timedelta(minutes=1)}.items():
        Worker.objects.create(name=name, seen_at=seen_at, started_at=seen_at)
    assert len(ledger.claim(worker="one", limit=9)) == 3
    assert len(ledger.claim(worker="one", limit=9)) == 0
    assert len(ledger.claim(worker="two", limit=9)) == 2


def test_requests_per_minute_book_one_slot_after_the_other(look_up, team, make_credential):
    slow = make_credential(team, label="slow", max_uuids=1, requests_per_minute=60)
    look_up("\n".join(some_uuids(3)), slow)
    assert len(ledger.claim(worker="one", limit=3)) == 1
    slow.refresh_from_db()
    assert slow.next_slot_at > timezone.now()


def test_after_five_failures_in_a_row_the_credential_rests_and_one_probe_goes_first(
    look_up, team, make_credential
):
    broken = make_credential(team, label="broken", max_uuids=1)
    look_up("\n".join(some_uuids(9)), broken)
    for _ in range(ledger.BREAKER_FAILURES):
        fail(claim_one(), Action.RETRY)
    assert ledger.claim(worker="one", limit=4) == []
    Credential.objects.update(open_until=timezone.now())
    (probe,) = ledger.claim(worker="one", limit=4)
    assert ledger.claim(worker="one", limit=4, answered=[probe]) == []  # nor before it is settled


def test_small_lookups_go_first(look_up, team, make_credential):
    narrow = make_credential(team, label="narrow", max_uuids=2)
    look_up("\n".join(some_uuids(8, seed=2)), narrow)
    small = look_up(some_uuids(1, seed=3)[0], narrow)
    assert claim_one().lookup_id == small.pk


def test_a_worker_can_keep_to_one_lookup(lookup, look_up, credential):
    other = look_up(some_uuids(1, seed=9)[0], credential)
    claimed = ledger.claim(worker="one", limit=5, lookup=other)
    assert [fetch.lookup_id for fetch in claimed] == [other.pk]


def test_a_claim_does_not_read_all_of_history(lookup, credential):
    values = {
        "now": timezone.now(), "alive": timezone.now(), "breaker": 5, "worker": "w",
        "credential": credential.pk, "share": 1,
    }  # fmt: skip
    claim = ledger.claims.CLAIM_SQL.format(only="", skip_locked="")
    queue = claim[claim.index("SELECT f.id") : claim.index(")\nUPDATE")]
    for sql, indexes in [
        (ledger.claims.READY_SQL.format(only=""), {"fetch_in_flight", "fetch_queue"}),
        (queue, {"fetch_queue"}),
    ]:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(
                    f"EXPLAIN QUERY PLAN {sql}",
                    {**values, "now": "2026-01-01", "alive": "2026-01-01"},
                )
                plan = str(cursor.fetchall())
                assert {name for name in indexes if name in plan} == indexes
            else:
                cursor.execute(sql, values)
                assert cursor.fetchone() is not None
