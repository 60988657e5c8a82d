"""Phonon may change any field without a word: nothing may crash, and nothing may be lost."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lookups.pull import CallRecord, PullError
from lookups.pull.reply.answer import reply_of
from tests.unit.pull.golden import UUID, as_bytes, flat, hyphened, nested

Path = tuple[str | int, ...]
MUTATIONS: dict[str, Callable[[Any], Any]] = {
    "null": lambda old: None,
    "retyped": lambda old: 7 if isinstance(old, str) else "seven",
    "list": lambda old: [old],
    "dict": lambda old: {"drifted": old},
    "huge text": lambda old: "x" * 300_000,
    "huge number": lambda old: 10**17,
    "true": lambda old: True,
    "fraction": lambda old: -0.5,
    "emptied": lambda old: "",
}


def every_place(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, dict | list):
        keys = value.keys() if isinstance(value, dict) else range(len(value))
        for key in keys:
            yield from every_place(value[key], (*path, key))


def changed(value: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    copied = copy.deepcopy(value)
    inner = copied
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = change(inner[path[-1]])
    return copied


def read(reply: Any) -> CallRecord | None:
    """The call, or None where the portal says that this is no answer."""
    try:
        return reply_of(as_bytes(reply), [UUID], http_status=200).calls.get(UUID)
    except PullError:
        return None


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("shape", [flat, nested], ids=["flat", "nested"])
def test_no_change_of_any_field_makes_it_crash(shape, mutation):
    golden = shape()
    read_at_all = 0
    for path in every_place(golden):
        call = read(changed(golden, path, MUTATIONS[mutation]))
        read_at_all += call is not None
        if call is not None:
            json.dumps([call.unknown, [each.unknown for each in call.attempts]])
    assert read_at_all > 100


def lost_fields(golden: dict[str, Any], reader: Callable[[Any], CallRecord | None]) -> list[Path]:
    """Places whose renaming makes a value vanish from both the raw text and the unknown fields."""
    lost = []
    for path in every_place(golden["data"]):
        name = path[-1]
        if not isinstance(name, str) or name in ("phonon-uuid", "attempts"):
            continue
        reply = copy.deepcopy(golden)
        inner = reply["data"]
        for key in path[:-1]:
            inner = inner[key]
        inner["drifted-name"] = inner.pop(name)
        call = reader(reply)
        kept = "" if call is None else call.raw + "".join(each.raw for each in call.attempts)
        if "drifted-name" not in kept:
            lost.append(path)
    return lost


@pytest.mark.parametrize("shape", [flat, nested], ids=["flat", "nested"])
def test_a_renamed_field_is_never_lost(shape):
    assert lost_fields(shape(), read) == []


def test_a_reader_that_forgets_the_raw_text_would_be_found():
    def forgetful(reply: Any) -> CallRecord | None:
        call = read(reply)
        if call is not None:
            call.attempts.clear()
        return call

    assert lost_fields(flat(), forgetful)


@pytest.mark.parametrize("shape", [flat, lambda: hyphened(nested())], ids=["flat", "nested"])
def test_a_time_that_cannot_be_read_is_no_time_and_stays_visible(shape):
    golden = shape()
    for path in every_place(golden):
        if str(path[-1]).lower().replace("-", "") != "connecttime":
            continue
        call = read(changed(golden, path, lambda old: ["nonsense"]))
        assert call is not None
        number = int(path[path.index("attempts") + 1] if "attempts" in path else path[1])
        assert ["nonsense"] in call.attempts[int(number)].unknown.values()


def test_a_count_where_the_attempts_should_be_is_no_list_of_attempts():
    reply = flat()
    for item in reply["data"]:
        item["attempts"] = 3
    call = read(reply)
    assert call is not None
    assert [each.unknown for each in call.attempts] == [{"attempts": 3}] * 3


def test_a_spoiled_attempt_among_good_ones_leaves_the_good_ones():
    reply = nested()
    reply["data"][0]["attempts"][1] = None
    call = read(reply)
    assert call is not None
    assert [each.sent_number for each in call.attempts] == ["1", "FINAL"]
    assert call.unknown == {"attempts": [None]}
