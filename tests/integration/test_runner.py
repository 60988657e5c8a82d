"""The runner: whatever comes back, every request ends and the worker lives."""

import threading

import pytest
from django.db import DataError, OperationalError
from django.utils import timezone

from lookups import credentials, ledger, lifecycle, pull, recording
from lookups.emulator import MALFORMED, NOT_FOUND, reserved_uuid
from lookups.lifecycle.progress import progress_of
from lookups.models import Credential, Fetch, LookupItem
from lookups.worker import answers
from lookups.worker.process import runner_for_all
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch):
    """The UUIDs that Phonon is asked for, as they are sent."""
    uuids, ask = [], pull.Client.ask

    def noting(client, access, some, *rest):
        uuids.extend(some)
        return ask(client, access, some, *rest)

    monkeypatch.setattr(pull.Client, "ask", noting)
    return uuids


def test_a_reply_that_cannot_be_stored_fails_alone(look_up, credential, work, monkeypatch):
    uuids = some_uuids(9)
    lookup = look_up("\n".join(uuids), credential)
    record = recording.record

    def refusing(replies):
        if any(uuids[4] in one.reply.calls for one in replies):
            raise DataError("no such text")
        record(replies)

    monkeypatch.setattr(recording, "record", refusing)
    work()
    (failed,) = lookup.items.filter(outcome=LookupItem.Outcome.FAILED)
    assert failed.uuid == uuids[4]
    assert "could not store" in failed.reason
    assert not lookup.items.filter(outcome=LookupItem.Outcome.PENDING).exists()


def test_a_database_that_is_locked_for_a_moment_is_waited_for(
    look_up, credential, work, monkeypatch
):
    lookup = look_up("\n".join(some_uuids(3)), credential)
    record, locked = recording.record, [True]

    def locked_once(replies):
        if locked:
            locked.pop()
            raise OperationalError("database is locked")
        record(replies)

    monkeypatch.setattr(recording, "record", locked_once)
    monkeypatch.setattr("lookups.worker.runner.connection.close", lambda: None)
    work()
    assert progress_of(lookup).pending == 0
    assert Fetch.objects.get().tries == 1


def test_a_reply_that_takes_long_to_read_keeps_its_lease(
    look_up, credential, work, monkeypatch, settings
):
    settings.LEASE_SECONDS = 1
    lookup = look_up("\n".join(some_uuids(3)), credential)
    was_renewed, renew, read = threading.Event(), ledger.renew, pull.RawReply.read
    kept = []

    def renewing(fetches):
        held = list(fetches)
        renew(held)
        if held:
            was_renewed.set()

    def slowly(raw):
        was_renewed.clear()
        kept.append(was_renewed.wait(timeout=2))
        return read(raw)

    monkeypatch.setattr(ledger, "renew", renewing)
    monkeypatch.setattr(pull.RawReply, "read", slowly)
    work()
    assert kept == [True]
    assert progress_of(lookup).found == 3


def test_a_reply_is_read_once_even_if_the_database_goes_away_meanwhile(
    look_up, credential, work, monkeypatch, settings
):
    settings.LEASE_SECONDS = 1
    lookup = look_up("\n".join(some_uuids(3)), credential)
    went_away, renew, read = threading.Event(), ledger.renew, pull.RawReply.read
    readings = []

    def away_once(fetches):
        held = list(fetches)
        if held and readings and not went_away.is_set():
            went_away.set()
            raise OperationalError("the database is restarting")
        renew(held)

    def slowly(raw):
        readings.append(raw)
        assert went_away.wait(timeout=2)
        return read(raw)

    monkeypatch.setattr(ledger, "renew", away_once)
    monkeypatch.setattr(pull.RawReply, "read", slowly)
    monkeypatch.setattr("lookups.worker.runner.connection.close", lambda: None)
    work()
    assert len(readings) == 1
    assert progress_of(lookup).found == 3


def test_no_reply_is_read_while_others_are_written(look_up, make_credential, team, monkeypatch):
    credential = make_credential(team, max_uuids=1, max_concurrent=8)
    lookup = look_up("\n".join(some_uuids(8)), credential)
    read, write, at_once, most = pull.RawReply.read, answers.write, [], []

    def noting(work):
        def noted(*arguments):
            at_once.append(1)
            most.append(len(at_once))
            try:
                return work(*arguments)
            finally:
                at_once.pop()

        return noted

    monkeypatch.setattr(pull.RawReply, "read", noting(read))
    monkeypatch.setattr(answers, "write", noting(write))
    runner_for_all("in turn", concurrency=8).run_until_idle()
    assert max(most) == 1
    assert progress_of(lookup).found == 8


def test_the_next_requests_are_sent_while_a_reply_is_read(
    look_up, make_credential, team, asked, monkeypatch
):
    credential = make_credential(team, max_uuids=1, max_concurrent=2)
    lookup = look_up("\n".join(some_uuids(6)), credential)
    claim, read, fifth = ledger.claim, pull.RawReply.read, threading.Event()
    claimed = []

    def noting(**wanted):
        claimed.extend(found := claim(**wanted))
        if len(claimed) >= 5:
            fifth.set()
        return found

    def slowly(raw):
        # Two are in flight at a time: the fifth goes when three have landed, this one among them.
        assert fifth.wait(timeout=5)
        return read(raw)

    monkeypatch.setattr(ledger, "claim", noting)
    monkeypatch.setattr(pull.RawReply, "read", slowly)
    runner_for_all("reading", concurrency=8).run_until_idle()
    assert progress_of(lookup).found == 6
    assert len(asked) == 6


def test_a_runner_told_to_stop_during_a_read_claims_no_more_after_that_step(
    look_up, make_credential, team, asked, monkeypatch
):
    credential = make_credential(team, max_uuids=1, max_concurrent=2)
    lookup = look_up("\n".join(some_uuids(6)), credential)
    told, was_told_at_claims = threading.Event(), []
    claim, read = ledger.claim, pull.RawReply.read

    def noting(**wanted):
        was_told_at_claims.append(told.is_set())
        return claim(**wanted)

    def told_meanwhile(raw):
        told.set()
        return read(raw)

    monkeypatch.setattr(ledger, "claim", noting)
    monkeypatch.setattr(pull.RawReply, "read", told_meanwhile)
    runner_for_all("stopping", concurrency=8).run(should_stop=told.is_set)
    assert sum(was_told_at_claims) <= 1
    assert progress_of(lookup).found == len(asked) < 6
    assert not Fetch.objects.filter(state=Fetch.State.CLAIMED).exists()


def test_a_uuid_that_phonon_chokes_on_is_found_and_the_others_succeed(look_up, credential, work):
    poisoned = reserved_uuid(MALFORMED)
    lookup = look_up("\n".join([*some_uuids(20), poisoned]), credential)
    work()
    assert [item.uuid for item in lookup.items.filter(outcome="failed")] == [poisoned]
    assert progress_of(lookup).pending == 0


def test_calls_without_data_are_not_found_and_never_failed(look_up, credential, work):
    lookup = look_up("\n".join(reserved_uuid(NOT_FOUND, n) for n in range(5)), credential)
    work()
    assert progress_of(lookup).not_found == 5


def test_a_request_whose_items_were_cancelled_is_not_sent(look_up, credential, work, emulator):
    lookup = look_up("\n".join(some_uuids(3)), credential)
    lookup.items.update(outcome=LookupItem.Outcome.CANCELLED)
    before = emulator.log.requests
    work()
    assert emulator.log.requests == before
    assert Fetch.objects.get().state == Fetch.State.CANCELLED


@pytest.mark.parametrize(
    "query", ["fault=missing", "fault=unasked", "fault=duplicate", "fault=upper"]
)
def test_uuids_are_matched_and_never_counted_on(team, make_credential, look_up, work, query):
    odd = make_credential(team, label="odd", query=query)
    uuids = some_uuids(20)
    lookup = look_up("\n".join(uuids), odd)
    work()
    now = progress_of(lookup)
    assert now.found + now.not_found == 20
    assert set(lookup.items.filter(call__isnull=False).values_list("call__uuid", flat=True)) <= set(
        uuids
    )


def test_after_a_storm_of_faults_every_call_is_there_once(
    look_up, team, make_credential, emulator, work, agent
):
    many = make_credential(team, label="many", max_uuids=2)
    lookup = look_up("\n".join(some_uuids(30)), many)
    emulator.settings.fault_rate = 0.4
    try:
        work()
    finally:
        emulator.settings.fault_rate = 0.0
    assert not lookup.items.filter(
        outcome=LookupItem.Outcome.NOT_FOUND, call__isnull=False
    ).exists()

    credentials.resume(many, by=agent)
    Credential.objects.update(open_until=timezone.now(), failures_in_a_row=0)
    Fetch.objects.update(not_before=timezone.now())
    work()
    lifecycle.retry(lookup, by=agent)
    work()
    for item in lookup.items.all():
        truth = emulator.truth(item.uuid)
        assert item.outcome == ("found" if truth else "not_found")
        stored = item.call.attempts.count() if item.call else 0
        assert stored == (len(truth.attempts) if truth else 0)
