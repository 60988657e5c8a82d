"""The client and the emulator over real HTTP: nothing lost, nothing altered, every fault named."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from lookups.emulator import (
    DEMO_FLOW_ID,
    DEMO_SECURITY_ID,
    HOSTILE,
    NO_ATTEMPTS,
    NOT_FOUND,
    STORY,
    Emulator,
    reserved_uuid,
)
from lookups.pull import (
    Access,
    Action,
    CallRecord,
    Client,
    CutShort,
    Encoded,
    Limits,
    PullError,
    Redirected,
    Reply,
    TimedOut,
    TooLarge,
    Unreachable,
    Unreadable,
    WebPage,
)
from tests.contract.test_emulator import UUIDS

BATCH = UUIDS[:200]
LIMITS = Limits(connect_seconds=1, read_seconds=0.5, total_seconds=0.8, max_bytes=4_000_000)
SPELLINGS = [
    "shape=flat&style=hyphen",
    "shape=flat&style=camel",
    "shape=nested&style=hyphen",
    "shape=nested&style=camel",
]


@pytest.fixture(scope="module")
def phonon() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    client = Client(limits=LIMITS, allow_private=True)
    yield client
    client.close()


def access(phonon: Emulator, version: int, query: str = "") -> Access:
    ids = (DEMO_FLOW_ID, DEMO_SECURITY_ID) if version == 2 else ("", "")
    return Access(phonon.url(version, query), version, *ids)


def at(milliseconds: int) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None


def differences(phonon: Emulator, reply: Reply, asked: list[str]) -> list[str]:
    """Where a reply does not say what the emulator knows; each line names the UUID."""
    found = []
    for uuid in asked:
        truth, call = phonon.truth(uuid), reply.calls.get(uuid)
        if truth is None or call is None:
            if truth is not call or uuid not in reply.missing:
                found.append(f"{uuid}: known {truth is not None}, read {call is not None}")
            continue
        if (call.flow_status, len(call.attempts)) != (truth.flow_status, len(truth.attempts)):
            found.append(f"{uuid}: status or number of attempts")
        for told, read in zip(truth.attempts, call.attempts, strict=False):
            facts = (at(told.start), at(told.connect), at(told.end), told.cause)
            if facts != (read.started_at, read.connected_at, read.ended_at, read.cause_code):
                found.append(f"{uuid}: attempt {told.number} times or cause")
            others = (truth.customer, truth.did, " ".join(told.keys_pressed))
            if others != (read.customer_number, read.did_number, read.dtmf):
                found.append(f"{uuid}: attempt {told.number} numbers or keys")
            if told.recorded != bool(read.recording_urls):
                found.append(f"{uuid}: attempt {told.number} recording")
    return found


@pytest.mark.parametrize("query", SPELLINGS)
@pytest.mark.parametrize("version", [1, 2])
def test_all_that_the_emulator_knows_arrives_unaltered(phonon, client, version, query):
    reply = client.pull(access(phonon, version, query), BATCH, "ALL")
    assert differences(phonon, reply, BATCH) == []
    assert len(reply.calls) + len(reply.missing) == len(BATCH)
    assert (reply.unasked, reply.http_status) == (0, 200)


def altered(change: Callable[[CallRecord], CallRecord]) -> Callable[[Reply], Reply]:
    def on_reply(reply: Reply) -> Reply:
        uuid = next(uuid for uuid, call in reply.calls.items() if len(call.attempts) > 1)
        return dataclasses.replace(reply, calls={**reply.calls, uuid: change(reply.calls[uuid])})

    return on_reply


def without_a_call(reply: Reply) -> Reply:
    return dataclasses.replace(reply, calls=dict(list(reply.calls.items())[1:]))


@pytest.mark.parametrize(
    "spoil",
    [
        without_a_call,
        altered(lambda call: dataclasses.replace(call, attempts=call.attempts[1:])),
        altered(lambda call: dataclasses.replace(call, attempts=call.attempts[::-1])),
        altered(lambda call: dataclasses.replace(call, flow_status="X")),
    ],
    ids=["call lost", "attempt lost", "attempts swapped", "status altered"],
)
def test_a_reader_that_loses_or_alters_something_would_be_found(phonon, client, spoil):
    reply = client.pull(access(phonon, 1), BATCH, "ALL")
    assert differences(phonon, spoil(reply), BATCH)


def comparable(call: CallRecord) -> CallRecord:
    """A call without what the shapes tell in different places."""
    attempts = [dataclasses.replace(each, raw="", unknown={}) for each in call.attempts]
    return dataclasses.replace(call, attempts=attempts, raw="", unknown={})


def test_every_shape_and_spelling_gives_the_same_records(phonon, client):
    replies = [client.pull(access(phonon, 1, query), BATCH, "ALL") for query in SPELLINGS]
    records = [{uuid: comparable(call) for uuid, call in reply.calls.items()} for reply in replies]
    assert all(each == records[0] for each in records[1:])


def test_the_undocumented_field_is_kept_and_nothing_else_is_unknown(phonon, client):
    for query in SPELLINGS:
        reply = client.pull(access(phonon, 1, query), BATCH, "ALL")
        unknown = [call.unknown for call in reply.calls.values()]
        unknown += [each.unknown for call in reply.calls.values() for each in call.attempts]
        assert {name for fields in unknown for name in fields} == {"carrier-hint"}


@pytest.mark.parametrize("version", [1, 2])
def test_last_gives_the_same_record_of_the_last_attempt(phonon, client, version):
    whole = client.pull(access(phonon, version), BATCH, "ALL")
    last = client.pull(access(phonon, version), BATCH, "LAST")
    assert list(last.calls) == list(whole.calls)
    for uuid, call in last.calls.items():
        expected = whole.calls[uuid].attempts[-1:]
        assert [each.key for each in call.attempts] == [each.key for each in expected]
        assert [each.started_at for each in call.attempts] == [each.started_at for each in expected]


def test_the_story_of_the_guide_is_read_as_told(phonon, client):
    uuid = reserved_uuid(STORY)
    call = client.pull(access(phonon, 2), [uuid], "ALL").calls[uuid]
    assert [each.cause_code for each in call.attempts] == ["18", "18", "16"]
    assert call.attempts[2].talk_seconds == 42.0
    assert (call.attempts[2].dtmf, call.attempts[2].ended_by) == ("1", "customer")
    assert call.client_identifier == "case 88121"


def test_hostile_text_arrives_as_text(phonon, client):
    uuid = reserved_uuid(HOSTILE)
    call = client.pull(access(phonon, 2), [uuid], "ALL").calls[uuid]
    assert call.client_identifier == "<script>window.pwn=1</script>"
    assert call.keys["language"].startswith("=HYPERLINK")


def test_a_call_never_dialled_has_no_attempts_and_is_not_missing(phonon, client):
    uuid = reserved_uuid(NO_ATTEMPTS)
    for version in (1, 2):
        reply = client.pull(access(phonon, version), [uuid], "ALL")
        assert reply.calls[uuid].attempts == []
        assert "NCPR_CHECK_FAILED" in reply.calls[uuid].raw


def test_what_is_not_known_is_missing_in_asked_order(phonon, client):
    absent = [reserved_uuid(NOT_FOUND, number) for number in (3, 1, 2)]
    assert client.pull(access(phonon, 1), absent, "ALL").missing == absent


FAULTS = [
    ("html", WebPage, Action.RETRY),
    ("html200", WebPage, Action.RETRY),
    ("500", PullError, Action.RETRY),
    ("502", PullError, Action.RETRY),
    ("503", PullError, Action.RETRY),
    ("429", PullError, Action.RETRY),
    ("http403", PullError, Action.PAUSE),
    ("http404", PullError, Action.PAUSE),
    ("code201", PullError, Action.REORDER),
    ("code202", PullError, Action.PAUSE),
    ("code202&message=Accepted", PullError, Action.FAIL),
    ("code211", PullError, Action.PAUSE),
    ("code303", PullError, Action.SHRINK),
    ("code400", PullError, Action.SPLIT),
    ("code401", PullError, Action.PAUSE),
    ("code500", PullError, Action.RETRY),
    ("code999", PullError, Action.FAIL),
    ("empty", Unreadable, Action.RETRY),
    ("badjson", Unreadable, Action.RETRY),
    ("truncated", CutShort, Action.RETRY),
    ("reset", Unreachable, Action.RETRY),
    ("hang", TimedOut, Action.RETRY),
    ("slow", TimedOut, Action.RETRY),
    ("drip", TimedOut, Action.RETRY),
    ("driphead", TimedOut, Action.RETRY),
    ("gzip", Encoded, Action.PAUSE),
    ("redirect", Redirected, Action.PAUSE),
    ("redirect&http=303", Redirected, Action.PAUSE),
    ("huge", TooLarge, Action.SHRINK),
    ("hugechunked", TooLarge, Action.SHRINK),
]


@pytest.mark.parametrize(("fault", "kind", "action"), FAULTS, ids=[each[0] for each in FAULTS])
def test_every_fault_has_its_error_and_no_second_request(phonon, client, fault, kind, action):
    before = phonon.log.requests
    with pytest.raises(kind) as caught:
        client.pull(access(phonon, 1, f"fault={fault}"), BATCH[:20], "ALL")
    assert caught.value.action is action
    assert caught.value.sentence.endswith(".")
    assert phonon.log.requests == before + 1
    assert phonon.log.elsewhere == {}


def test_the_wait_the_other_side_asks_for_is_told(phonon, client):
    with pytest.raises(PullError) as caught:
        client.pull(access(phonon, 1, "fault=429&retry-after=7"), BATCH[:1], "ALL")
    assert caught.value.retry_after == 7.0


def test_items_left_out_told_twice_or_unasked_are_told_apart(phonon, client):
    asked = [uuid for uuid in BATCH if phonon.truth(uuid)][:20]
    less = client.pull(access(phonon, 1, "fault=missing"), asked, "ALL")
    more = client.pull(access(phonon, 1, "fault=unasked"), asked, "ALL")
    twice = client.pull(access(phonon, 2, "fault=duplicate"), asked, "ALL")
    upper = client.pull(access(phonon, 1, "fault=upper"), asked, "ALL")
    assert less.missing == asked[10:]
    assert (len(more.calls), more.unasked) == (20, 1)
    assert differences(phonon, twice, asked) == differences(phonon, upper, asked) == []


@pytest.mark.parametrize(
    ("security_id", "flow_id", "code"),
    [("f" * 64, DEMO_FLOW_ID, 202), (DEMO_SECURITY_ID, "NOTMINE1", 301)],
)
def test_wrong_ids_pause_the_credential(phonon, client, security_id, flow_id, code):
    wrong = Access(phonon.url(2), 2, flow_id=flow_id, security_id=security_id)
    with pytest.raises(PullError) as caught:
        client.pull(wrong, BATCH[:1], "ALL")
    assert (caught.value.action, caught.value.code) == (Action.PAUSE, code)


def test_a_version_the_endpoint_does_not_speak_pauses_the_credential(phonon, client):
    wrong = Access(phonon.url(1), 2, flow_id=DEMO_FLOW_ID, security_id=DEMO_SECURITY_ID)
    with pytest.raises(PullError) as caught:
        client.pull(wrong, BATCH[:1], "ALL")
    assert (caught.value.action, caught.value.code) == (Action.PAUSE, 203)


def test_one_connection_serves_many_requests(phonon):
    client = Client(limits=LIMITS, allow_private=True)
    server = phonon._server
    assert server is not None
    accepted = 0
    take = server.get_request

    def counted() -> object:
        nonlocal accepted
        accepted += 1
        return take()

    server.get_request = counted  # type: ignore[method-assign, assignment]
    for _ in range(5):
        client.pull(access(phonon, 1), BATCH[:2], "ALL")
    server.get_request = take  # type: ignore[method-assign]
    client.close()
    assert accepted == 1


def test_an_emulator_that_went_away_is_unreachable_and_back_again_is_fine():
    emulator = Emulator().start()
    client = Client(limits=LIMITS, allow_private=True)
    client.pull(access(emulator, 1), BATCH[:2], "ALL")
    emulator.stop()
    with pytest.raises(Unreachable):
        client.pull(access(emulator, 1), BATCH[:2], "ALL")
    with emulator:
        assert client.pull(access(emulator, 1), BATCH[:2], "ALL").code in (200, 209)
    client.close()
