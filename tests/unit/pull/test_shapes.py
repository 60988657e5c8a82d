"""Whatever shape and spelling a reply has, the same call comes out of it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from lookups.pull import CallRecord, Unreadable
from lookups.pull.reply.answer import reply_of
from lookups.pull.reply.calls import calls_of
from tests.unit.pull.golden import (
    CALL,
    OTHER,
    UUID,
    as_bytes,
    attempt,
    envelope,
    flat,
    hyphened,
    leg,
    nested,
)

SHAPES = {
    "flat and camel": flat,
    "nested and camel": nested,
    "flat and hyphened": lambda: hyphened(flat()),
    "nested and hyphened": lambda: hyphened(nested()),
}


def call_in(reply: dict[str, Any]) -> CallRecord:
    return reply_of(as_bytes(reply), [UUID], http_status=200).calls[UUID]


@pytest.fixture(params=SHAPES, ids=lambda name: name)
def call(request: pytest.FixtureRequest) -> CallRecord:
    make: Callable[[], dict[str, Any]] = SHAPES[request.param]
    return call_in(make())


def test_the_call_itself_is_read(call):
    assert call.request_id == "11111111-2222-4333-8444-555555555555"
    assert call.client_identifier == "case 88121"
    assert call.flow_status == "COMPLETED"
    assert call.keys == {"language": "hi"}
    assert call.unknown == {}


def test_each_attempt_is_read_with_what_phonon_called_it(call):
    assert [attempt.sent_number for attempt in call.attempts] == ["1", "2", "FINAL"]
    assert [attempt.key for attempt in call.attempts] == [f"id:attempt-{n}" for n in (1, 2, 3)]
    assert all(attempt.unknown == {} for attempt in call.attempts)


def test_the_answered_attempt_has_its_times_from_the_customers_leg(call):
    last = call.attempts[-1]
    assert last.started_at == datetime(2026, 11, 12, 5, 0, 0, tzinfo=UTC)
    assert last.ringing_at == datetime(2026, 11, 12, 5, 0, 2, 80_000, tzinfo=UTC)
    assert last.connected_at == datetime(2026, 11, 12, 5, 0, 9, 901_000, tzinfo=UTC)
    assert last.talk_seconds == 42.0
    assert last.ring_seconds == pytest.approx(7.821)


def test_an_attempt_that_only_the_agent_answered_was_not_connected(call):
    assert call.attempts[0].connected_at is None
    assert call.attempts[0].talk_seconds is None
    assert call.attempts[0].cause_code == "18"
    assert call.attempts[0].ended_by == "system"


def test_numbers_keys_recordings_and_the_end_are_read(call):
    last = call.attempts[-1]
    assert (last.customer_number, last.did_number) == ("+919812342728", "+918047181000")
    assert (last.agent_number, last.agent_name) == ("+918046690012", "Asha Verma")
    assert (last.dtmf, last.ended_by, last.direction) == ("1 2", "customer", "outbound")
    assert last.recording_urls == ["https://recordings.example.com/a.mp3"]
    assert last.queue_name == "Renewals"


def test_the_text_message_belongs_to_the_attempt_it_followed(call):
    assert [attempt.sms_status for attempt in call.attempts] == ["", "", "SENT_TO_QUEUE"]
    text, mail = call.messages
    assert (text.kind, text.to, text.text) == ("sms", "+919812342728", "We called. $flow.key.name")
    assert (mail.kind, mail.text, mail.sent_at) == ("email", "Your call", None)


def test_the_html_of_a_mail_stays_in_the_raw_text_only(call):
    kept = [call.raw, *(attempt.raw for attempt in call.attempts)]
    assert any("secret html" in raw for raw in kept)
    rest = replace(call, raw="", attempts=[replace(each, raw="") for each in call.attempts])
    assert "secret html" not in repr(rest)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_items_does_not_matter(order):
    reply = flat()
    reply["data"] = [reply["data"][place] for place in order]
    assert call_in(reply) == call_in(flat())


def test_last_gives_one_attempt_with_the_key_it_has_among_all():
    assert call_in(envelope([{**CALL, **attempt(3)}])).attempts[0].key == "id:attempt-3"


def test_uuids_are_matched_by_name_never_by_place():
    reply = envelope([{"phonon-uuid": OTHER, "flowStatus": "b"}, {**CALL, "flowStatus": "a"}])
    found = reply_of(as_bytes(reply), [UUID, OTHER], http_status=200).calls
    assert (found[UUID].flow_status, found[OTHER].flow_status) == ("a", "b")


@pytest.mark.parametrize(
    "spelt", [UUID.upper(), "{" + UUID + "}", f" {UUID} ", UUID.replace("-", "")]
)
def test_other_spellings_of_a_uuid_are_the_same_uuid(spelt):
    found = reply_of(as_bytes(envelope([{**CALL, "phonon-uuid": spelt}])), [UUID], http_status=200)
    assert list(found.calls) == [UUID]


def test_an_absent_uuid_is_missing_and_an_unasked_one_is_counted_and_dropped():
    reply = envelope([{"phonon-uuid": OTHER}], 209, "Partial Success")
    found = reply_of(as_bytes(reply), [UUID], http_status=200)
    assert (found.calls, found.missing, found.unasked) == ({}, [UUID], 1)


def test_a_uuid_of_nobody_is_no_proof_that_an_asked_one_is_missing():
    with pytest.raises(Unreadable) as caught:
        calls_of([{"id": 7, "startTime": "2026-11-12T10:00:00+05:30"}], [UUID])
    assert caught.value.action == "split"


def test_an_item_with_nothing_of_an_attempt_is_a_call_without_attempts():
    call = call_in(envelope([{**CALL, "flowStatus": "NCPR_CHECK_FAILED", "carrier-hint": "x"}]))
    assert (call.attempts, call.unknown) == ([], {"carrier-hint": "x"})
    assert "NCPR_CHECK_FAILED" in call.raw


def test_an_unknown_field_is_kept_under_its_own_name():
    item = {**CALL, **attempt(3), "carrier-hint": {"circle": "KA"}}
    item["callDetails"][1]["codec"] = "opus"
    unknown = call_in(envelope([item])).attempts[0].unknown
    assert unknown == {"carrier-hint": {"circle": "KA"}, "callDetails[1].codec": "opus"}


def test_an_attempt_told_twice_is_one_attempt_and_the_later_telling_counts():
    first = {**CALL, **attempt(3), "agentName": "Nobody", "queueName": "Renewals"}
    later = {**CALL, **attempt(3), "agentName": "Asha Verma", "queueName": ""}
    (only,) = call_in(envelope([first, later])).attempts
    assert (only.agent_name, only.queue_name) == ("Asha Verma", "Renewals")
    assert only.raw.startswith("[{")
    assert only.raw.count("attempt-3") == 2


def test_of_an_attempt_told_many_times_each_telling_is_kept_once():
    tellings = [{**CALL, **attempt(3), "note": str(n)} for n in (1, 2, 3, 2)]
    (only,) = call_in(envelope(tellings)).attempts
    assert [one["note"] for one in json.loads(only.raw)] == ["1", "2", "3"]
    assert only.unknown["note"] == "2"


def test_items_that_are_one_leg_each_make_one_attempt():
    legs = [{**CALL, "attemptId": "x", **part} for part in reversed(attempt(1)["callDetails"])]
    (only,) = call_in(envelope(legs)).attempts
    assert only.connected_at is None
    assert only.cause_code == "18"
    assert [part["calleeType"] in only.raw for part in attempt(1)["callDetails"]] == [True, True]


@pytest.mark.parametrize(
    ("without", "key"),
    [
        (("attemptId",), "cdr:"),
        (("attemptId", "cdrId"), "start:2026-11-12T05:00:00+00:00"),
        (("attemptId", "cdrId", "startTime"), "number:3"),
        (("attemptId", "cdrId", "startTime", "attemptNumber"), "place:1"),
    ],
)
def test_the_key_is_the_best_identity_that_was_sent(without, key):
    item = {**CALL, **leg(3, connected=True), "attemptId": "x", "attemptNumber": "3"}
    for name in without:
        del item[name]
    assert call_in(envelope([item])).attempts[0].key.startswith(key)


def test_of_several_numbers_tried_in_one_attempt_the_connected_one_counts():
    item = {**CALL, "callDetails": [leg(3, connected=True), leg(4, connected=False)]}
    assert call_in(envelope([item])).attempts[0].talk_seconds == 42.0


def test_a_recording_that_is_no_web_address_is_not_taken_for_one():
    item = {**CALL, "attemptId": "x", "recordingUrls": ["javascript:alert(1)"]}
    (only,) = call_in(envelope([item])).attempts
    assert only.recording_urls == []
    assert only.unknown == {"recordingUrls": ["javascript:alert(1)"]}
