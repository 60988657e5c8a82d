"""Recording is idempotent, keeps the newest, and never loses an attempt."""

import itertools
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from lookups import ledger, recording
from lookups.models import Attempt, Call, Change, Fetch
from lookups.pull import AttemptRecord, CallRecord, Reply
from lookups.worker import answers
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db
(UUID,) = some_uuids(1)
# The package has a function of the same name.
record_module = sys.modules["lookups.recording.record"]
NOON = datetime(2026, 11, 12, 6, 30, tzinfo=UTC)


def attempt(number: int, *, connected: bool = False, sent: str = "") -> AttemptRecord:
    began = NOON + timedelta(minutes=10 * number)
    return AttemptRecord(
        key=f"id:{number}",
        sent_number=sent,
        attempt_id=str(number),
        started_at=began,
        connected_at=began + timedelta(seconds=9) if connected else None,
        ended_at=began + timedelta(seconds=30),
        talk_seconds=21.0 if connected else None,
        cause_code="16" if connected else "18",
        raw=f'{{"attempt": {number}}}',
    )


def reply(*attempts: AttemptRecord, status: str = "COMPLETED") -> Reply:
    call = CallRecord(uuid=UUID, flow_status=status, attempts=list(attempts))
    return Reply(
        http_status=200, code=200, message="", bytes=1, milliseconds=1,
        calls={UUID: call}, missing=[], unasked=0,
    )  # fmt: skip


@pytest.fixture
def fetch(look_up, credential) -> Fetch:
    look_up(UUID, credential)
    (fetch,) = ledger.claim(worker="one", limit=1)
    return fetch


def record(fetch: Fetch, told: Reply, *, minutes: int = 0) -> None:
    """Records the reply as if it had been asked for that many minutes later."""
    fetch.claimed_at = NOON + timedelta(days=1, minutes=minutes)
    with transaction.atomic():
        recording.record([recording.prepare(fetch, told)])


def state() -> list[tuple]:
    calls = Call.objects.values_list("uuid", "outcome", "attempt_outcomes", "is_final", "dtmf")
    attempts = Attempt.objects.order_by("key").values_list("key", "number", "outcome", "raw")
    return [*calls, *attempts]


def test_the_same_reply_twice_changes_nothing(fetch):
    record(fetch, reply(attempt(1), attempt(2, connected=True)))
    before = state()
    record(fetch, reply(attempt(1), attempt(2, connected=True)), minutes=1)
    assert state() == before


def test_the_order_of_attempts_in_a_reply_does_not_matter(fetch):
    attempts = [attempt(1), attempt(2), attempt(3, connected=True)]
    states = []
    for order in itertools.permutations(attempts):
        Call.objects.all().delete()
        record(fetch, reply(*order))
        states.append(state())
    assert all(one == states[0] for one in states)
    assert [row[1] for row in states[0][1:]] == [1, 2, 3]


def test_an_older_reply_never_replaces_a_newer_one(fetch):
    record(fetch, reply(attempt(1), attempt(2, connected=True)), minutes=5)
    before = state()
    record(fetch, reply(attempt(1), status="IN_PROGRESS"), minutes=1)
    assert state() == before


def test_a_newer_reply_brings_news_and_keeps_what_it_leaves_out(fetch):
    record(fetch, reply(attempt(1), status="IN_PROGRESS"))
    assert not Call.objects.get().is_final
    record(fetch, reply(attempt(2, connected=True)), minutes=5)
    call = Call.objects.get()
    assert (call.is_final, call.outcome, call.talk_seconds) == (True, "answered", 21.0)
    assert call.attempt_outcomes == ["no_answer", "answered"]


def test_numbers_that_phonon_sent_count_when_every_attempt_has_one(fetch):
    record(fetch, reply(attempt(1, sent="2"), attempt(2, sent="3")))
    assert list(Attempt.objects.order_by("key").values_list("number", flat=True)) == [2, 3]


def test_the_last_one_printed_as_final_gets_its_place(fetch):
    record(fetch, reply(attempt(1, sent="1"), attempt(2, sent="FINAL")))
    assert list(Attempt.objects.order_by("key").values_list("number", flat=True)) == [1, 2]


def test_an_attempt_that_turns_up_later_renumbers_the_kept_ones(fetch):
    record(fetch, reply(attempt(3)))
    record(fetch, reply(attempt(1), attempt(2)), minutes=1)
    assert list(Attempt.objects.order_by("key").values_list("number", flat=True)) == [1, 2, 3]


def test_a_call_without_attempts_takes_its_outcome_from_the_flow_status(fetch):
    record(fetch, reply(status="INVALID_CONTACT_NUMBER"))
    call = Call.objects.get()
    assert (call.outcome, call.attempt_outcomes, call.last_attempt_at) == (
        "invalid_number",
        [],
        None,
    )
    assert call.listed_at == call.fetched_at


def test_texts_of_any_length_and_script_are_stored(fetch):
    odd = AttemptRecord(key="id:" + "k" * 100, dtmf="1" * 500, ended_by="ж" * 300, raw="{}")
    record(fetch, reply(odd))
    stored = Attempt.objects.get()
    assert (len(stored.dtmf), len(stored.ended_by)) == (200, 60)


def test_last_after_all_of_an_open_call_does_not_make_it_whole(fetch):
    record(fetch, reply(attempt(1), status="IN_PROGRESS"))
    fetch.lookup.fetch_attempt = "LAST"
    record(fetch, reply(attempt(3, connected=True)), minutes=5)
    call = Call.objects.get()
    assert (call.is_final, call.is_whole) == (True, False)


def test_last_after_all_of_a_final_call_leaves_it_whole(fetch):
    record(fetch, reply(attempt(1), attempt(2, connected=True)))
    fetch.lookup.fetch_attempt = "LAST"
    record(fetch, reply(attempt(2, connected=True)), minutes=5)
    assert Call.objects.get().is_whole


def test_attempts_that_tell_no_start_stay_in_the_order_in_which_they_came(fetch):
    odd = [AttemptRecord(key=f"place:{n}", cause_code="17", raw=str(n)) for n in range(1, 13)]
    record(fetch, reply(*odd))
    numbers = dict(Attempt.objects.values_list("key", "number"))
    assert numbers == {f"place:{n}": n for n in range(1, 13)}


def changes() -> list[tuple]:
    found = Change.objects.order_by("seen_at", "attempt_key")
    return list(found.values_list("attempt_key", "cells", "seen_at"))


def test_a_call_seen_for_the_first_time_is_no_change(fetch):
    record(fetch, reply(attempt(1), attempt(2, connected=True)))
    assert changes() == []


def test_what_a_newer_reply_says_otherwise_is_noted_with_the_time_it_was_asked_for(fetch):
    record(fetch, reply(attempt(1), status="IN_PROGRESS"))
    record(fetch, reply(attempt(1), attempt(2, connected=True)), minutes=5)
    call, new = changes()
    at = NOON + timedelta(days=1, minutes=5)
    assert call == (
        "",
        {"flow_status": ["IN_PROGRESS", "COMPLETED"], "outcome": ["no_answer", "answered"]},
        at,
    )
    assert (new[0], new[1]["outcome"], new[1]["talk_seconds"]) == (
        "id:2",
        ["", "answered"],
        ["", "21.0"],
    )
    assert Change.objects.filter(fetch=fetch, call__uuid=UUID).count() == 2


def test_the_same_reply_twice_is_no_change(fetch):
    for minutes in (0, 1, 1):
        record(fetch, reply(attempt(1), attempt(2, connected=True)), minutes=minutes)
    assert changes() == []


def test_a_change_is_noted_once_however_often_its_reply_is_recorded(fetch):
    record(fetch, reply(status="IN_PROGRESS"))
    for minutes in (1, 1, 2):
        record(fetch, reply(status="COMPLETED"), minutes=minutes)
    assert len(changes()) == 1


def test_an_older_reply_is_no_change(fetch):
    record(fetch, reply(attempt(1), attempt(2, connected=True)), minutes=5)
    record(fetch, reply(attempt(1), status="IN_PROGRESS"), minutes=1)
    assert changes() == []


def test_a_text_that_is_cut_to_its_column_is_no_change(fetch):
    odd = AttemptRecord(key="id:1", dtmf="1" * 500, ended_by="ж" * 300, raw="{}")
    record(fetch, reply(odd))
    record(fetch, reply(odd), minutes=1)
    assert changes() == []


def test_a_reply_whose_calls_are_all_new_asks_nothing_of_the_changes(fetch):
    with CaptureQueriesContext(connection) as asked:
        record(fetch, reply(attempt(1)))
    assert not [query for query in asked if "lookups_change" in query["sql"]]


def test_a_call_that_another_worker_stores_first_is_read_and_recorded_once_more(
    look_up, credential, fetch, monkeypatch
):
    look_up(UUID, credential, refresh=True)
    (other,) = ledger.claim(worker="two", limit=1)
    stored_calls, reads = record_module._stored_calls, []

    def read_before_the_other_wrote(team, uuids):
        reads.append(uuids)
        return {} if len(reads) == 2 else stored_calls(team, uuids)

    monkeypatch.setattr(record_module, "_stored_calls", read_before_the_other_wrote)
    answers.settle([recording.prepare(fetch, reply(attempt(1)))])
    answers.settle([recording.prepare(other, reply(attempt(1), attempt(2)))])
    assert len(reads) == 3
    assert Attempt.objects.filter(call=Call.objects.get()).count() == 2
    assert set(Fetch.objects.values_list("state", flat=True)) == {Fetch.State.DONE}


def test_a_call_that_others_always_store_first_is_told_and_not_tried_for_ever(fetch, monkeypatch):
    def overtaken(replies):
        raise recording.CallStoredMeanwhile

    monkeypatch.setattr(recording, "record", overtaken)
    with pytest.raises(recording.CallStoredMeanwhile):
        answers.settle([recording.prepare(fetch, reply(attempt(1)))])
