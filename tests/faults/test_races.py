"""Two at once, on the real database with connections of their own: one wins, nothing doubles."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.db.models.deletion import Collector
from django.utils import timezone

from lookups import ledger, lifecycle, recording, retention
from lookups.database import locks
from lookups.emulator import NOT_FOUND, reserved_uuid
from lookups.lifecycle import lookup as submitting
from lookups.lifecycle import placing, uploads, watching
from lookups.lifecycle.progress import progress_of
from lookups.models import Attempt, Call, Credential, Fetch, Lookup, LookupItem
from lookups.pull import AttemptRecord, CallRecord, Reply
from lookups.worker import answers
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work: Callable[[int], object], people: int) -> list[object]:
    """Runs `work(0)`, `work(1)`, … each in a thread with its own connection; what each gave."""
    barrier = Barrier(people)

    def one(number: int) -> object:
        try:
            barrier.wait(10)
            return work(number)
        except ledger.Fenced as fenced:
            return fenced
        finally:
            connection.close()

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(one, range(people)))


def test_the_same_form_sent_eight_times_at_once_is_one_lookup(agent, credential):
    nonce, text = uuid4(), "\n".join(some_uuids(5))

    def submit(_: int) -> int:
        asked = lifecycle.Asked(credential, agent, nonce=nonce)
        return lifecycle.submit(uploads.pasted(text), asked).pk

    assert len(set(at_once(submit, 8))) == 1
    assert Lookup.objects.count() == 1


def test_eight_workers_never_hold_the_same_request_nor_more_than_the_cap(
    look_up, team, make_credential
):
    narrow = make_credential(team, label="narrow", max_uuids=1, max_concurrent=5)
    look_up("\n".join(some_uuids(12)), narrow)
    claimed = at_once(lambda n: [f.pk for f in ledger.claim(worker=str(n), limit=3)], 8)
    held = [pk for one in claimed for pk in one]
    assert len(held) == len(set(held)) == 5


def test_the_last_two_requests_settled_at_once_end_the_lookup(look_up, team, make_credential):
    halves = make_credential(team, label="halves", max_uuids=3)
    lookup = look_up("\n".join(some_uuids(6)), halves)
    fetches = ledger.claim(worker="one", limit=2)

    def settle(number: int) -> None:
        fetch = fetches[number]
        with transaction.atomic():
            answer = reply(ledger.uuids_of(fetch))
            recording.record([recording.prepare(fetch, answer)])
            ledger.settle([(fetch, answer)])

    at_once(settle, 2)
    lookup.refresh_from_db()
    assert lookup.status == "done"


def test_a_cancel_beside_a_settle_leaves_a_final_state(look_up, credential, agent):
    for seed in range(5):
        lookup = look_up("\n".join(some_uuids(3, seed=seed)), credential, refresh=True)
        (fetch,) = ledger.claim(worker="one", limit=1, lookup=lookup)

        def one(number: int, fetch: Fetch = fetch, lookup: Lookup = lookup) -> None:
            if number:
                lifecycle.cancel(lookup, by=agent)
                return
            with transaction.atomic():
                answer = reply(ledger.uuids_of(fetch))
                recording.record([recording.prepare(fetch, answer)])
                ledger.settle([(fetch, answer)])

        at_once(one, 2)
        lookup.refresh_from_db()
        now = progress_of(lookup)
        assert lookup.status in {"done", "cancelled"}
        assert (now.found, now.cancelled) in {(3, 0), (0, 3)}
        assert not Fetch.objects.open().exists()


def test_two_replies_of_one_new_call_leave_the_newer_whichever_comes_first(
    look_up, team, make_credential
):
    (uuid,) = some_uuids(1)
    wide = make_credential(team, label="wide", max_concurrent=64)
    for round_ in range(5):
        Call.objects.all().delete()
        fetches = []
        for n in range(2):
            look_up(uuid, wide, refresh=True)
            (fetch,) = ledger.claim(worker="one", limit=1)
            fetch.claimed_at = timezone.now() + timedelta(minutes=n)
            fetches.append(fetch)

        def settle(number: int, fetches: list[Fetch] = fetches) -> None:
            answer = reply([uuid], status=f"S{number}")
            answers.settle([recording.prepare(fetches[number], answer)])

        at_once(settle, 2)
        assert Call.objects.get().flow_status == "S1", round_
        assert Attempt.objects.count() == 1


def test_two_sweeps_give_back_each_request_once(look_up, team, make_credential):
    narrow = make_credential(team, label="narrow", max_uuids=1)
    look_up("\n".join(some_uuids(4)), narrow)
    ledger.claim(worker="one", limit=4)
    Fetch.objects.filter(pk=Fetch.objects.first().pk).update(tries=ledger.MAX_TRIES_EVER)
    Fetch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert sum(at_once(lambda _: ledger.expire(), 4)) == 4
    assert Fetch.objects.filter(state=Fetch.State.FAILED).count() == 1
    assert Fetch.objects.filter(state=Fetch.State.QUEUED).count() == 3


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite cannot end another's lock")
def test_a_frozen_worker_does_not_keep_the_others_waiting(monkeypatch):
    monkeypatch.setattr(locks, "SILENT_SECONDS", 1)
    is_held, is_free = Event(), Event()

    def hold_and_freeze() -> None:
        with transaction.atomic():
            locks.only_one(locks.WATCHING, 1)
            is_held.set()
            is_free.wait(30)
            Call.objects.exists()

    def wait_for_it() -> bool:
        is_held.wait(30)
        with transaction.atomic():
            locks.only_one(locks.WATCHING, 1)
        is_free.set()
        return True

    def either(number: int) -> object:
        try:
            return hold_and_freeze() if number else wait_for_it()
        except DatabaseError as error:
            return error

    was_served, frozen = at_once(either, 2)
    assert was_served is True
    assert isinstance(frozen, DatabaseError)


def test_eight_workers_begin_a_round_of_the_watch_once_and_keep_to_the_budget(
    look_up, credential, agent, work, settings
):
    settings.WATCH_REQUESTS_PER_DAY = 2
    for n in range(3):
        lookup = look_up(reserved_uuid(NOT_FOUND, n), credential)
        work()
        watching.start(lookup, by=agent)
    due = timezone.now() + timedelta(minutes=6)
    assert sum(at_once(lambda _: watching.ask_due(due), 8)) == 2
    assert Fetch.objects.filter(is_watch=True).count() == 2


def reply(uuids: list[str], *, status: str = "COMPLETED") -> Reply:
    calls = {
        uuid: CallRecord(uuid=uuid, flow_status=status, attempts=[AttemptRecord(key="id:1")])
        for uuid in uuids
    }
    return Reply(
        http_status=200, code=200, message="", bytes=1, milliseconds=1,
        calls=calls, missing=[], unasked=0,
    )  # fmt: skip


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


def test_a_submission_and_a_worker_that_need_the_same_call_do_not_wait_for_each_other(
    look_up, credential, monkeypatch
):
    stored, new = some_uuids(2)
    look_up(stored, credential)
    (fetch,) = ledger.claim(worker="one", limit=1)
    answers.settle([recording.prepare(fetch, reply([stored]))])
    Call.objects.update(is_final=True, is_whole=True)
    look_up(f"{stored}\n{new}", credential, refresh=True)
    (again,) = ledger.claim(worker="one", limit=1)
    is_held, is_settled = Event(), Event()
    hold_usable = submitting._hold_usable

    def hold_and_wait(usable: Credential) -> None:
        hold_usable(usable)
        is_held.set()
        # The worker goes on beside this lock, or waits for it with the call in its hands.
        is_settled.wait(1)

    def settle() -> None:
        is_held.wait(10)
        answers.settle([recording.prepare(again, reply([stored, new]))])
        is_settled.set()

    monkeypatch.setattr(submitting, "_hold_usable", hold_and_wait)
    at_once(lambda n: settle() if n else look_up(stored, credential), 2)
    assert LookupItem.objects.filter(call__uuid=stored).count() == 3
