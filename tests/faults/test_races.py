"""Two at once, on the real database with connections of their own: one wins, nothing doubles."""

from datetime import timedelta
from threading import Event
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from lookups import ledger, lifecycle, recording
from lookups.database import locks
from lookups.emulator import NOT_FOUND, reserved_uuid
from lookups.lifecycle import lookup as submitting
from lookups.lifecycle import uploads, watching
from lookups.lifecycle.progress import progress_of
from lookups.models import Attempt, Call, Credential, Fetch, Lookup, LookupItem
from lookups.worker import answers
from tests.faults.replies import reply
from tests.faults.together import at_once
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db(transaction=True)


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
