"""A heavy reply is read in little memory: what is over the limits is counted and stays in raw."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from lookups import limits
from lookups.pull import Action, CallRecord, PullError, Unreadable
from lookups.pull.reply import answer, heavy, lean
from lookups.pull.reply.answer import reply_of
from lookups.pull.reply.weight import is_light
from tests.processes import ROOT
from tests.unit.pull.golden import OTHER, UUID, as_bytes, envelope, flat, hyphened, nested

SHAPES = {
    "flat": flat,
    "nested": nested,
    "hyphened": lambda: hyphened(nested()),
    "a single object": lambda: envelope(nested()["data"][0]),
    "another's item beside it": lambda: envelope([{"uuid": OTHER}, *flat()["data"]]),
    "no call": lambda: envelope([]),
    "null": lambda: envelope(None, code=213),
}
ODD = [b'"a\\u0000b"', b'"\\ud800"', b'"\\\\u0000 \\ud83d\\ude00"', b'"\xff"', b"NaN", b"-Infinity",
       b"1e999", b"-1.50e3", b"9" * 5000, b"[12345678901234567890, 0.12345678901234567890]",
       b'"\\"[{,]"', b'{"a": [[], {}, [[1]]], "b": "]"}', b"[]", b"1.5"]  # fmt: skip


@pytest.fixture
def piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every reply counts as heavy, and everything but a few bytes as large."""
    monkeypatch.setattr(answer, "is_light", lambda body: False)


def call_in(body: bytes) -> CallRecord | None:
    return reply_of(body, [UUID], http_status=200).calls.get(UUID)


def with_json_read(call: CallRecord | None) -> Any:
    """The record with its raw JSON as values: blanks may differ."""
    if call is not None:
        call.raw = json.loads(call.raw) if call.raw else None
        for one in call.attempts:
            one.raw = json.loads(one.raw)
    return call


@pytest.mark.parametrize("longest", [limits.READ_CHARACTERS, 400])
@pytest.mark.parametrize("make", SHAPES.values(), ids=SHAPES.keys())
def test_piece_by_piece_the_same_is_read_as_at_once(
    make: Callable[[], dict[str, Any]], longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = as_bytes(make())
    at_once = with_json_read(call_in(body))
    monkeypatch.setattr(answer, "is_light", lambda body: False)
    monkeypatch.setattr(lean, "READ_CHARACTERS", longest)
    monkeypatch.setattr(heavy, "_BATCH_OBJECTS", 2)
    in_pieces = with_json_read(call_in(body))
    if longest < limits.READ_CHARACTERS and at_once is not None:
        # Legs of several hundred bytes are then too large to be read at once.
        assert len(in_pieces.attempts) == len(at_once.attempts)
        assert in_pieces.raw == at_once.raw
    else:
        assert in_pieces == at_once


@pytest.mark.parametrize("written", ODD)
def test_odd_values_are_stored_as_they_are_at_once(
    written: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = b'{"phonon-uuid":"' + UUID.encode() + b'","x":' + written + b"}"
    body = b'{"api-response-code":200,"data":[' + item + b"]}"
    at_once = with_json_read(call_in(body))
    monkeypatch.setattr(answer, "is_light", lambda body: False)
    assert with_json_read(call_in(body)) == at_once


def large(**fields: Any) -> bytes:
    return as_bytes(envelope([{"phonon-uuid": UUID, **fields}]))


def test_variables_over_the_limit_are_counted_and_stand_in_the_raw_json(piece_by_piece):
    keys = {f"k{n}": f"v{n}" for n in range(limits.READ_VARIABLES + 7)}
    call = call_in(large(keys=keys))
    assert len(call.keys) == limits.READ_VARIABLES
    assert call.left_out == {"variables": 7}
    assert json.loads(call.raw)["keys"] == keys


def test_the_limits_hold_for_a_reply_that_is_read_at_once_as_well():
    keys = {f"k{n}": f"v{n}" for n in range(limits.READ_VARIABLES + 7)}
    body = large(keys=keys, note="x" * (limits.READ_CHARACTERS + 1), odd=1)
    assert is_light(body)
    call = call_in(body)
    assert (len(call.keys), call.unknown) == (limits.READ_VARIABLES, {"odd": 1})
    assert call.left_out == {"variables": 7, "unknown": 1}


def test_attempts_over_the_limit_stand_in_the_calls_own_raw_json(piece_by_piece, monkeypatch):
    monkeypatch.setattr(heavy, "READ_ATTEMPTS", 5)
    attempts = [{"attemptId": str(n), "hangupCause": "18"} for n in range(8)]
    call = call_in(large(attempts=attempts, flowStatus="COMPLETED"))
    assert [one.attempt_id for one in call.attempts] == ["0", "1", "2", "3", "4"]
    assert [json.loads(one.raw) for one in call.attempts] == attempts[:5]
    assert json.loads(call.raw)["attempts"] == attempts[5:]
    assert (call.flow_status, call.left_out) == ("COMPLETED", {"attempts": 3})


def test_flat_attempts_over_the_limit_stand_in_the_calls_own_raw_json(piece_by_piece, monkeypatch):
    monkeypatch.setattr(heavy, "READ_ATTEMPTS", 5)
    items = [{"phonon-uuid": UUID, "attemptId": str(n)} for n in range(8)]
    call = call_in(as_bytes(envelope(items)))
    assert [json.loads(one.raw) for one in call.attempts] == items[:5]
    assert json.loads(call.raw) == items[5:]
    assert call.left_out == {"attempts": 3}


def test_what_is_known_is_found_behind_a_crowd_of_unknown_fields(piece_by_piece):
    crowd = {f"u{n}": n for n in range(limits.READ_UNKNOWN + 50)}
    call = call_in(large(**crowd, flowStatus="COMPLETED", attempts=[{"attemptId": "a"}]))
    assert (call.flow_status, len(call.attempts)) == ("COMPLETED", 1)
    assert len(call.unknown) == limits.READ_UNKNOWN
    assert call.left_out == {"unknown": 50}


def test_a_heavy_reply_about_several_uuids_is_asked_for_in_halves(piece_by_piece):
    with pytest.raises(Unreadable) as caught:
        reply_of(as_bytes(flat()), [UUID, OTHER], http_status=200)
    assert caught.value.action is Action.SPLIT


@pytest.mark.parametrize("depth", [70, 900, 100_000])
def test_what_is_nested_too_deep_is_refused_piece_by_piece_too(piece_by_piece, depth):
    body = large(x="deep").replace(b'"deep"', b"[" * depth + b"]" * depth)
    with pytest.raises(PullError):
        call_in(body)


WEIGHED = {
    "two million zeros": (b"[" + b"0," * 2_000_000 + b"0]", False),
    "a text of two megabytes": (b'"' + b"x" * 2_000_000 + b'"', True),
    "too many objects": (b"[" + b"{}," * (limits.READ_OBJECTS + 1) + b"0]", False),
    "a hundred thousand zeros": (b"[" + b"0," * 100_000 + b"0]", True),
}


@pytest.mark.parametrize(("written", "light"), WEIGHED.values(), ids=WEIGHED.keys())
def test_a_reply_is_weighed_before_anything_of_it_is_read(written, light):
    assert is_light(written) is light


def test_a_reply_that_is_mostly_no_text_is_no_data(piece_by_piece):
    with pytest.raises(Unreadable):
        call_in(large(x="y").replace(b'"y"', b'"' + b"\xff" * 10_000 + b'"'))


def grown(*shape: str) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.pull.large_replies", *shape],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    return float(json.loads(done.stdout)["grown_megabytes"])


@pytest.mark.parametrize("shape", ["attempts", "variables", "lists in lists", "a wide text"])
def test_a_reply_of_16_megabytes_takes_less_than_200_more(shape: str) -> None:
    assert grown(shape) < 200


def test_a_reply_that_is_read_at_once_without_being_weighed_would_be_found() -> None:
    assert grown("lists in lists", "--at-once") > 200
