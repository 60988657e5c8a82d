"""Which spellings are read as a UUID, which are near-misses, and which are neither."""

from __future__ import annotations

import pytest

from lookups.intake import Entry, Kind, entries, open_text
from lookups.intake.counting.fast_tally import careful_tally, tally
from lookups.intake.uuids.uuid_pattern import tokens, tokens_between
from tests.unit.intake.spellings import (
    BARE,
    CHAINS,
    NEAR_MISSES,
    NEITHER,
    READ_AS_U,
    READ_THROUGH,
    VERSIONS,
    U,
    V,
)


def read(text: str) -> list[Entry]:
    return list(entries(open_text(text)))


@pytest.mark.parametrize("text", READ_AS_U.values(), ids=READ_AS_U)
def test_this_spelling_is_read_as_the_uuid(text: str) -> None:
    (entry,) = read(text)
    assert (entry.kind, entry.uuid, entry.reason) == (Kind.UNIQUE, U, "")
    assert entry.text in text


@pytest.mark.parametrize("kinds", READ_THROUGH)
def test_what_a_uuid_was_read_through_is_said(kinds: str) -> None:
    (entry,) = read(f"call {READ_THROUGH[kinds]} please")
    assert (entry.uuid, entry.read_as) == (U, kinds)


@pytest.mark.parametrize("text", [U, U.upper(), BARE, f"{{{U}}}", f"“{U}”", f"कॉल {U}"])
def test_nothing_is_said_of_a_uuid_that_was_read_as_it_stood(text: str) -> None:
    assert [entry.read_as for entry in read(text)] == [""]


@pytest.mark.parametrize("uuid", VERSIONS)
def test_any_version_and_variant_is_read(uuid: str) -> None:
    assert [entry.uuid for entry in read(uuid)] == [uuid]


def near_miss_name(text: str) -> str:
    return NEAR_MISSES[text] + " " + text.encode("ascii", "backslashreplace").decode()


@pytest.mark.parametrize("text", NEAR_MISSES, ids=near_miss_name)
def test_a_near_miss_is_rejected_with_its_reason(text: str) -> None:
    (entry,) = read(f"see {text}, please")
    assert (entry.kind, entry.text, entry.uuid) == (Kind.REJECTED, text, "")
    if text == f"{U}{V}":  # nine groups
        assert entry.reason
    else:
        assert entry.reason == NEAR_MISSES[text]


@pytest.mark.parametrize("text", NEITHER)
def test_this_line_is_neither_and_is_rejected_as_a_whole(text: str) -> None:
    assert tokens(text) == []
    (entry,) = read(text)
    assert (entry.kind, entry.text, entry.reason) == (Kind.REJECTED, text, "no UUID")


def test_the_text_of_an_entry_keeps_what_was_pasted_so_that_read_as_can_be_said() -> None:
    pasted = "550e\u200b8400\u2013E29B-41d4-a716-446655440000"
    (entry,) = read(f"x {pasted} y")
    assert (entry.text, entry.uuid) == (pasted, U)


CORPUS = [*READ_AS_U.values(), *VERSIONS, *NEAR_MISSES, *NEITHER]


def test_the_corpus_is_as_large_as_it_is_said_to_be() -> None:
    assert len(set(CORPUS)) >= 150


@pytest.mark.parametrize("text", CORPUS)
def test_counting_gives_the_sums_of_reading(text: str) -> None:
    assert tally(text.encode()) == careful_tally(text.encode())


@pytest.mark.parametrize("text", CHAINS)
def test_counting_a_chain_gives_the_sums_of_reading(text: str) -> None:
    assert tally(text.encode()) == careful_tally(text.encode())


@pytest.mark.parametrize("text", [*READ_AS_U.values(), *NEAR_MISSES, *NEITHER, *CHAINS])
def test_the_fast_reader_and_the_careful_reader_agree(text: str) -> None:
    assert tokens(text) == tokens_between(text)


@pytest.mark.parametrize(
    "text",
    ["a" * 2_000_000, "a-" * 1_000_000, f"{U}-" * 50_000, f"{BARE}-" * 50_000, "\u200b" * 500_000],
    ids=["one word", "hyphens", "UUIDs in a chain", "bare ones in a chain", "invisible"],
)
def test_a_long_line_without_a_break_is_read_once_and_gives_one_entry(text: str) -> None:
    (entry,) = read(text)
    assert entry.kind in (Kind.REJECTED, Kind.BLANK)
    assert len(entry.text) <= 200
