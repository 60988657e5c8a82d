"""The emulator against docs/pull-api.md: a fake that strays from the facts proves nothing."""

import http.client
import json
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

import pytest

from lookups.emulator import (
    DEMO_FLOW_ID,
    DEMO_SECURITY_ID,
    HOSTILE,
    IN_PROGRESS,
    MALFORMED,
    MOVING,
    NO_ATTEMPTS,
    NOT_FOUND,
    POISON,
    STORY,
    Emulator,
    reserved_uuid,
)

CHANCE = Random(88121)
UUIDS = [str(uuid.UUID(int=CHANCE.getrandbits(128), version=4)) for _ in range(1000)]
IDS = {"security-id": DEMO_SECURITY_ID, "flow-id": DEMO_FLOW_ID}
FOUND = reserved_uuid(STORY)
ABSENT = reserved_uuid(NOT_FOUND)


@pytest.fixture(scope="module")
def phonon() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


def post(phonon: Emulator, path: str, body: Any) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", phonon.port, timeout=5)
    try:
        sent = body if isinstance(body, bytes) else json.dumps(body)
        connection.request("POST", path, sent, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, dict(response.headers), response.read()
    finally:
        connection.close()


def asked(
    phonon: Emulator, uuids: list[str], version: int = 1, query: str = "", **more: Any
) -> Any:
    body = {"phonon-uuids": uuids, "fetch-attempt": "ALL"} | (IDS if version == 2 else {}) | more
    return json.loads(post(phonon, f"/v{version}/pull?{query}", body)[2])


def code_of(phonon: Emulator, path: str, body: Any) -> int:
    return int(json.loads(post(phonon, path, body)[2])["api-response-code"])


@pytest.mark.parametrize("version", [1, 2])
def test_all_some_and_none_known_have_their_codes(phonon, version):
    codes = [
        asked(phonon, uuids, version)["api-response-code"]
        for uuids in ([FOUND], [FOUND, ABSENT], [ABSENT])
    ]
    assert codes == [200, 209, 213]


def test_an_absent_uuid_is_simply_left_out(phonon):
    items = asked(phonon, [ABSENT, FOUND])["data"]
    assert {item["phonon-uuid"] for item in items} == {FOUND}


@pytest.mark.parametrize(
    ("version", "change", "code"),
    [
        (1, {"security-id": DEMO_SECURITY_ID, "flow-id": DEMO_FLOW_ID}, 203),
        (1, {"phonon-uuids": []}, 210),
        (1, {"phonon-uuids": "x"}, 210),
        (1, {"fetch-attempt": "FIRST"}, 210),
        (1, {"fetch-attempt": None}, 210),
        (1, {"phonon-uuids": [FOUND[:-1]]}, 400),
        (1, {"phonon-uuids": [reserved_uuid(MALFORMED), FOUND]}, 400),
        (1, {"phonon-uuids": UUIDS[:201]}, 303),
        (2, {"security-id": None}, 210),
        (2, {"security-id": "0" * 64}, 202),
        (2, {"flow-id": "NOTMINE1"}, 301),
        (2, {"phonon-uuids": UUIDS[:201]}, 303),
    ],
)
def test_a_wrong_request_is_refused_with_its_code(phonon, version, change, code):
    body = {"phonon-uuids": [FOUND], "fetch-attempt": "ALL"} | (IDS if version == 2 else {})
    assert code_of(phonon, f"/v{version}/pull", body | change) == code


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"[" * 100_000])
def test_a_body_that_is_no_object_is_an_invalid_format(phonon, body):
    assert code_of(phonon, "/v1/pull", body) == 400


def test_a_refused_list_fetches_nothing(phonon):
    assert asked(phonon, UUIDS[:201])["data"] == []


def test_the_code_is_not_the_http_status(phonon):
    body = {"phonon-uuids": UUIDS[:201], "fetch-attempt": "ALL"}
    assert post(phonon, "/v1/pull", body)[0] == 200
    assert post(phonon, "/v1/pull?fault=code401", body)[0] == 401


def test_a_poisoned_uuid_breaks_the_whole_request(phonon):
    body = {"phonon-uuids": [FOUND, reserved_uuid(POISON)], "fetch-attempt": "ALL"}
    assert post(phonon, "/v1/pull", body)[0] == 500


def test_version_1_is_flat_and_version_2_is_nested_unless_told(phonon):
    assert len(asked(phonon, [FOUND])["data"]) == 3
    (whole,) = asked(phonon, [FOUND], 2)["data"]
    assert len(whole["attempts"]) == 3
    assert len(asked(phonon, [FOUND], 2, "shape=flat")["data"]) == 3
    (other,) = asked(phonon, [FOUND], 1, "shape=nested&style=camel")["data"]
    assert other == whole


def test_both_spellings_say_the_same(phonon):
    camel = asked(phonon, [FOUND], 1, "style=camel")["data"][2]
    hyphen = asked(phonon, [FOUND], 1, "style=hyphen")["data"][2]
    assert camel["connectTime"] == hyphen["connect-time"]
    assert camel["dtmfPressesd"][0]["key"] == hyphen["dtmf-pressesd"][0]["key"] == "1"


@pytest.mark.parametrize("query", ["shape=flat", "shape=nested"])
def test_last_gives_the_last_attempt_only_and_calls_it_final(phonon, query):
    whole = json.dumps(asked(phonon, [FOUND], 1, query, **{"fetch-attempt": "LAST"}))
    assert whole.count('"attempt-number": "FINAL"') == whole.count("attempt-number") == 1


def test_a_uuid_in_capitals_is_the_same_uuid(phonon):
    assert asked(phonon, [FOUND.upper()])["data"] == asked(phonon, [FOUND])["data"]


def test_a_uuid_and_a_seed_give_the_same_call_for_ever():
    with Emulator(seed=5) as one, Emulator(seed=5) as two, Emulator(seed=6) as other:
        replies = [asked(each, UUIDS[:50]) for each in (one, two, other)]
    assert replies[0] == replies[1] != replies[2]


def test_the_mix_of_calls_is_as_described(phonon):
    calls = [phonon.truth(one) for one in UUIDS]
    known = [call for call in calls if call is not None]
    assert 0.03 < 1 - len(known) / len(calls) < 0.07
    assert 0.015 < sum(not call.final for call in known) / len(known) < 0.05
    dialled = [call for call in known if call.final and call.attempts]
    assert 0.48 < sum(call.attempts[-1].outcome == "answered" for call in dialled) / 1000 < 0.62
    assert 2.4 < sum(len(call.attempts) for call in known) / len(known) < 3.4
    assert {call.attempts[-1].outcome for call in dialled} == {
        *("answered", "ring timeout", "busy", "invalid number"),
        *("rejected", "cancelled", "failed"),
    }


def test_every_call_lies_in_the_weeks_before_its_pretend_present(phonon):
    present = phonon.settings.until_ms
    for call in filter(None, map(phonon.truth, UUIDS)):
        for attempt in call.attempts:
            assert present - 29 * 86_400_000 < attempt.start <= max(attempt.end, attempt.start)
            assert attempt.end <= present


def test_another_present_moves_the_calls():
    with Emulator(until=date(2025, 1, 31)) as emulator:
        assert '"start-time": "2025-01-' in json.dumps(asked(emulator, [FOUND]))


def test_the_reserved_uuids_are_what_they_promise(phonon):
    running = phonon.truth(reserved_uuid(IN_PROGRESS))
    assert running is not None
    assert not running.final
    assert running.flow_status in ("IN_PROGRESS", "REATTEMPT_SCHEDULED")
    refused = phonon.truth(reserved_uuid(NO_ATTEMPTS))
    assert refused is not None
    assert (refused.attempts, refused.flow_status) == ((), "NCPR_CHECK_FAILED")
    hostile = json.dumps(asked(phonon, [reserved_uuid(HOSTILE)]), ensure_ascii=False)
    assert all(text in hostile for text in ("<script>", "=HYPERLINK", "\u202e", "مرحبا"))


def test_a_call_that_moves_is_over_the_third_time_it_is_asked_for(phonon):
    uuid = reserved_uuid(MOVING, 20)
    told = [asked(phonon, [uuid], version=2)["data"][0] for _ in range(4)]
    assert [(one["flowStatus"], len(one["attempts"])) for one in told] == [
        ("IN_PROGRESS", 2),
        ("REATTEMPT_SCHEDULED", 2),
        ("COMPLETED", 3),
        ("COMPLETED", 3),
    ]


def test_the_traps_of_the_real_thing_are_all_there(phonon):
    replies = [asked(phonon, UUIDS[place : place + 200], 1) for place in range(0, 1000, 200)]
    told = json.dumps(replies)
    for trap in (
        '"hangup-cause": "18"',
        '"hangup-cause": 18',
        '"incoming": "false"',
        '"incoming": false',
        "Z+05:30",
        '"carrier-hint"',
        "$flow.key",
        '"attempt-number": 1',
        '"attempt-number": "1"',
        '"attempt-number": "FINAL"',
        "##pbx-9",
        '"callee-type": "HARD_PHONE"',
        '"delivery-status": "SENT_TO_QUEUE"',
        '"is-ringing"',
    ):
        assert trap in told, trap
    items = [item for reply in replies for item in reply["data"]]
    assert any("client-identifier" not in item for item in items)
    assert any("attempt-id" not in item for item in items)


def test_faults_come_as_often_as_asked_and_at_the_same_requests():
    def struck(seed: int) -> list[str]:
        emulator = Emulator(fault_rate=0.1, seed=seed)
        return [emulator.settings.fault_for(number) for number in range(1, 2001)]

    faults = struck(3)
    assert faults == struck(3) != struck(4)
    assert 140 < sum(map(bool, faults)) < 260
    assert {"500", "html", "503", "429", "reset", "truncated", "empty"} < set(faults)


def test_a_repeated_payload_can_be_refused(phonon):
    uuids = [FOUND, ABSENT]
    codes = [
        asked(phonon, order, 1, "fault=repeat")["api-response-code"]
        for order in (uuids, uuids, uuids[::-1])
    ]
    assert codes == [209, 201, 209]


def test_the_log_counts_what_was_asked():
    with Emulator() as emulator:
        asked(emulator, UUIDS[:3])
        post(emulator, "/v1/pull?fault=html", {"phonon-uuids": [FOUND], "fetch-attempt": "ALL"})
        connection = http.client.HTTPConnection("127.0.0.1", emulator.port)
        connection.request("GET", "/log")
        log = json.loads(connection.getresponse().read())
        connection.close()
    assert (log["requests"], log["uuids"], log["sizes"]) == (2, 4, [3, 1])
    assert log["faults"] == {"html": 1}


def test_it_says_that_it_is_an_emulator(phonon):
    connection = http.client.HTTPConnection("127.0.0.1", phonon.port)
    connection.request("GET", "/")
    response = connection.getresponse()
    assert response.headers["Server"] == "Phonon-Pull-API-emulator"
    assert b"This is an emulator" in response.read()
    connection.close()


def test_it_can_be_stopped_and_started_again_on_the_same_port():
    emulator = Emulator().start()
    port = emulator.port
    emulator.stop()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), 1)
    with emulator:
        assert emulator.port == port
        assert asked(emulator, [FOUND])["api-response-code"] == 200


def test_the_program_says_its_address_and_ends_when_told():
    program = subprocess.Popen(
        [sys.executable, "-m", "lookups.emulator", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout is not None
        assert "http://127.0.0.1:" in program.stdout.readline()
        program.terminate()
        assert program.wait(5) == 0
    finally:
        program.kill()
        program.stdout.close()
