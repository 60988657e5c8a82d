"""JSON: which key holds the UUIDs, however deep it lies, and what comes along with each."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lookups.intake import EVERY_COLUMN, NoSuchChoice, taken
from tests.unit.intake.tables import CALLS, REQUESTS, content, opened, pasted, uuids

A, B = CALLS[:2]
X, Y = REQUESTS[:2]


def as_bytes(value: Any) -> bytes:
    return json.dumps(value).encode()


def calls(key: str, other: str = "request-id") -> list[dict[str, Any]]:
    return [{key: A, other: X, "n": "1"}, {key: B, other: Y, "n": "2"}]


@pytest.mark.parametrize(
    "key",
    ["phonon-uuid", "phonon_uuid", "Phonon UUID", "phononUuid", "PHONON_CALL_UUID", "phonon id"],
)
@pytest.mark.parametrize(
    "around",
    [
        lambda rows: as_bytes(rows),
        lambda rows: "\n".join(map(json.dumps, rows)).encode(),
        lambda rows: as_bytes({"data": rows}),
        lambda rows: as_bytes({"ok": True, "result": {"page": 1, "calls": rows}}),
        lambda rows: as_bytes([{"call": row} for row in rows]),
        lambda rows: as_bytes([rows[:1], rows[1:]]),
        lambda rows: json.dumps({"data": rows}, indent=2).encode(),
        lambda rows: b"\n  " + as_bytes(rows) + b"\n",
    ],
    ids=["list", "lines", "data", "deep", "each in an object", "pages", "indented", "spaces"],
)
def test_the_name_that_tables_know_is_known_however_deep(key: str, around: Any) -> None:
    for source in (opened("a.json", around(calls(key))), pasted(around(calls(key)))):
        assert uuids(source) == [A, B]
        found = content(source)
        assert [columns["request-id"] for _, columns in found] == [X, Y]
        assert [columns["n"] for _, columns in found] == ["1", "2"]
        assert source.table is not None
        assert (source.table.column, source.table.question) == (key, "")


@pytest.mark.parametrize("wrapped", [False, True])
def test_two_keys_without_such_a_name_are_a_question(wrapped: bool) -> None:
    rows: Any = {"data": calls("uuid")} if wrapped else calls("uuid")
    source = opened("a.json", as_bytes(rows))
    assert source.table is not None
    assert source.table.holders == ("uuid", "request-id")
    assert source.table.question.startswith("2 columns hold UUIDs")
    assert uuids(source) == [A, X, B, Y]
    assert uuids(opened("a.json", as_bytes(rows), column="uuid")) == [A, B]
    assert uuids(opened("a.json", as_bytes(rows), column="request-id")) == [X, Y]
    every = opened("a.json", as_bytes(rows), column=EVERY_COLUMN)
    assert (uuids(every), taken(every)) == ([A, X, B, Y], "JSON, every key")
    with pytest.raises(NoSuchChoice):
        opened("a.json", as_bytes(rows), column="n")


def test_keys_of_one_name_are_told_apart_by_what_leads_to_them() -> None:
    rows = [{"call": {"uuid": A}, "leg": {"uuid": X}}]
    source = opened("a.json", as_bytes(rows))
    assert source.table is not None
    assert source.table.holders == ("call.uuid", "leg.uuid")
    assert uuids(opened("a.json", as_bytes(rows), column="leg.uuid")) == [X]


def test_of_several_that_are_named_after_phonon_the_outermost_is_meant() -> None:
    rows = [{"phonon_uuid": A, "attempts": [{"phonon_uuid": X}]}]
    assert uuids(opened("a.json", as_bytes(rows))) == [A]


def test_keys_that_are_uuids_count() -> None:
    source = opened("a.json", as_bytes({A: {"state": "done"}, B: {"state": "failed"}}))
    assert content(source) == [(A, {"state": "done"}), (B, {"state": "failed"})]
    assert source.columns == ("state",)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({A: "done", B: "failed"}, [A, B]),
        ({"calls": {A: 1}}, [A]),
        ([{A: None}], [A]),
        ({"a": [{A.upper(): []}]}, [A]),
        ({f"call:{A}": {}}, [A]),
        ([A, B], [A, B]),
        ([[A], [B]], [A, B]),
        ({"ids": [A, B]}, [A, B]),
        (A, [A]),
        ({"text": f"see {A} and {B}"}, [A, B]),
    ],
)
def test_one_place_of_uuids_needs_no_choice(value: Any, found: list[str]) -> None:
    source = opened("a.json", as_bytes(value))
    assert uuids(source) == found
    assert source.table is not None
    assert source.table.question == ""


def test_a_key_that_begins_in_the_last_row_is_a_question_as_well() -> None:
    rows = [*({"uuid": A} for _ in range(500)), {"uuid": B, "other": X}]
    source = opened("a.json", as_bytes(rows))
    assert source.table is not None
    assert source.table.holders == ("uuid", "other")
