"""Pruning beside placing and recording: no row loses what it belongs to."""

from datetime import timedelta
from threading import Event

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.db.models.deletion import Collector
from django.utils import timezone

from lookups import ledger, lifecycle, recording, retention
from lookups.lifecycle import placing
from lookups.models import Attempt, Call, Fetch, Lookup, LookupItem
from lookups.pull import AttemptRecord, Reply
from lookups.worker import answers
from tests.faults.replies import reply
from tests.faults.together import at_once
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db(transaction=True)


def test_pruning_takes_with_it_what_is_placed_at_that_moment(
    look_up, credential, agent, monkeypatch
):
    monkeypatch.setattr(placing, "CHUNK", 6)
    lookup = look_up("\n".join(some_uuids(20)), credential)
    lifecycle.cancel(lookup, by=agent)
    is_placed, is_collected = Event(), Event()
    delete = Collector.delete

    def tell_and_delete(collector: Collector) -> object:
        is_collected.set()
        return delete(collector)

    def place() -> None:
        late = Lookup.objects.get(pk=lookup.pk)
        chunk = list(placing.entries_after(late))[:6]
        with transaction.atomic():
            placing.place(late, chunk)
            is_placed.set()
            # Pruning that did not wait would have found what there is to delete by then.
            is_collected.wait(1)

    def prune() -> None:
        is_placed.wait(10)
        assert retention.prune(days=-1)["lookups"] == 1

    monkeypatch.setattr(Collector, "delete", tell_and_delete)
    at_once(lambda number: (place, prune)[number](), 2)
    assert not LookupItem.objects.exists()
    assert not Lookup.objects.exists()


@pytest.fixture
def old_call_asked_again(look_up, credential):
    """A request, and its answer: a second attempt of a call that nobody has asked for in a week."""
    (uuid,) = some_uuids(1)
    lookup = look_up(uuid, credential)
    (fetch,) = ledger.claim(worker="one", limit=1)
    answers.settle([recording.prepare(fetch, reply([uuid]))])
    lookup.delete()
    Call.objects.update(fetched_at=timezone.now() - timedelta(days=7))
    look_up(uuid, credential, refresh=True)
    (again,) = ledger.claim(worker="one", limit=1)
    answer = reply([uuid])
    answer.calls[uuid].attempts.append(AttemptRecord(key="id:2"))
    return again, answer


def record_beside_pruning(
    fetch: Fetch, answer: Reply, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_recorded, is_collected = Event(), Event()
    delete = Collector.delete

    def tell_and_delete(collector: Collector) -> object:
        is_collected.set()
        # Writing that did not wait would have found the call by then.
        is_recorded.wait(1)
        return delete(collector)

    def record() -> None:
        if first == "prune":
            is_collected.wait(10)
        with transaction.atomic():
            recording.record([recording.prepare(fetch, answer)])
            is_recorded.set()
            # Pruning that did not wait would have found what there is to delete by then.
            is_collected.wait(1)

    def prune() -> None:
        if first == "record":
            is_recorded.wait(10)
        retention.prune(days=5)

    monkeypatch.setattr(Collector, "delete", tell_and_delete)
    at_once(lambda number: (record, prune)[number](), 2)


@pytest.mark.parametrize("first", ["record", "prune"])
def test_attempts_written_beside_pruning_have_their_call(old_call_asked_again, first, monkeypatch):
    record_beside_pruning(*old_call_asked_again, first, monkeypatch)
    assert Attempt.objects.filter(call__in=Call.objects.all()).count() == 2


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks without being asked")
def test_attempts_do_not_lose_their_call_even_to_pruning_that_locks_nothing(
    old_call_asked_again, monkeypatch
):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **how: rows)
    with pytest.raises(IntegrityError):
        record_beside_pruning(*old_call_asked_again, "record", monkeypatch)
    assert not Attempt.objects.exclude(call__in=Call.objects.all()).exists()
