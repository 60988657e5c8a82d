"""Lines of plain text → entries and their sums."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest

from lookups.intake import (
    FILE_LIMITS,
    PASTE_LIMITS,
    Entry,
    Kind,
    Limits,
    SumsDoNotHold,
    TooLarge,
    TooManyEntries,
    TooManyUUIDs,
    entries,
    open_file,
    open_text,
    summarise,
)
from lookups.intake.blocks import blocks
from lookups.intake.counting.summary import checked

U = "550e8400-e29b-41d4-a716-446655440000"
V = "0b7e6d1c-93a5-4f21-8c3e-5d2f9a41b6e7"


def read(text: str) -> list[Entry]:
    return list(entries(open_text(text)))


def told(text: str) -> list[tuple[int, str]]:
    return [(entry.line, entry.kind.value) for entry in read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n", [(1, "blank")]),
        (U, [(1, "unique")]),
        (f"{U}\n", [(1, "unique")]),
        (f"{U}\n\n", [(1, "unique"), (2, "blank")]),
        (f"\n{U}", [(1, "blank"), (2, "unique")]),
        (f"{U}\n \t\u200b\n{V}", [(1, "unique"), (2, "blank"), (3, "unique")]),
        (f"{U} and {V}", [(1, "unique"), (1, "unique")]),
        (f"{U} {U[:-1]}", [(1, "unique"), (1, "rejected")]),
        (f"{U[:-1]} {U}", [(1, "rejected"), (1, "unique")]),
        (f"{U}\nhello\n{U.upper()}", [(1, "unique"), (2, "rejected"), (3, "duplicate")]),
        (f"list:\n{U}\nend", [(1, "rejected"), (2, "unique"), (3, "rejected")]),
        (f"{U}\r{V}\r\n{U}\n", [(1, "unique"), (2, "unique"), (3, "duplicate")]),
        (f"{U}\u2028{V}\x0b{U}\x85", [(1, "unique"), (1, "unique"), (1, "duplicate")]),
    ],
)
def test_a_line_gives_these_entries(text: str, expected: list[tuple[int, str]]) -> None:
    assert told(text) == expected


def test_a_duplicate_knows_the_line_of_the_first_however_it_was_spelled() -> None:
    bare = V.replace("-", "").upper()
    last = read(f"x\n{V}\n{U}\n{bare}\n{{{V}}}")[-2:]
    assert [(e.kind, e.uuid, e.text, e.first_line) for e in last] == [
        (Kind.DUPLICATE, V, bare, 2),
        (Kind.DUPLICATE, V, V, 2),
    ]


def test_positions_count_all_entries_from_one() -> None:
    found = read(f"{U} {V}\n\nnothing\n{U[:-1]}")
    assert [entry.position for entry in found] == [1, 2, 3, 4, 5]


def test_a_long_line_without_a_uuid_is_kept_to_200_characters() -> None:
    (entry,) = read("word " * 1000)
    assert entry.text == ("word " * 1000)[:200]


def test_nul_and_lone_surrogates_in_a_line_become_the_replacement_character() -> None:
    assert read("a\0b\ud800c")[0].text == "a\ufffdb\ufffdc"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", range(1, 60))
def test_blocks_lose_no_character_and_never_part_a_line(end: str, size: int) -> None:
    text = end.join(["", U, "a b", "", V, "tail"])
    cut = list(blocks(BytesIO(text.encode()), "utf-8", size=size))
    assert b"".join(cut).decode() == text.replace(end, "\n")
    assert all(block.endswith(b"\n") for block in cut[:-1])


def test_a_source_can_be_read_twice() -> None:
    source = open_text(f"{U}\n{V}")
    assert summarise(source).unique == len(list(entries(source))) == 2


def test_the_summary_counts_each_kind_and_shows_the_first_five_bad_ones() -> None:
    summary = summarise(open_text(f"{U}\n" + f"{U}\n" * 7 + "no\n" * 6 + "\n\n"))
    assert (summary.entries, summary.unique, summary.duplicates) == (16, 1, 7)
    assert (summary.rejected, summary.blank) == (6, 2)
    assert [entry.line for entry in summary.duplicate_sample] == [2, 3, 4, 5, 6]
    assert [entry.line for entry in summary.rejected_sample] == [9, 10, 11, 12, 13]
    assert (summary.format, summary.columns) == ("text", ())


def test_sums_that_do_not_hold_are_an_error_of_ours() -> None:
    sound = summarise(open_text(U))
    with pytest.raises(SumsDoNotHold):
        checked(replace(sound, entries=2))


def test_text_past_the_limit_is_refused_with_its_size_and_what_to_do() -> None:
    with pytest.raises(TooLarge) as refused:
        open_text("a" * (PASTE_LIMITS.max_bytes + 1))
    assert "5 MB" in refused.value.sentence
    assert "split it" in refused.value.sentence


def test_the_paste_limit_counts_bytes_not_characters() -> None:
    with pytest.raises(TooLarge):
        open_text("न" * 2_000_000)


def test_a_file_past_the_limit_is_refused() -> None:
    with pytest.raises(TooLarge, match="50 MB"):
        open_file("a.txt", bytes(FILE_LIMITS.max_bytes + 1))


def test_uuids_past_the_limit_are_refused_and_those_within_it_are_not() -> None:
    limits = Limits(max_bytes=1000, max_uuids=2)
    assert len(list(entries(open_text(f"{U}\n{U}"), limits))) == 2
    with pytest.raises(TooManyUUIDs, match="more than 2 UUIDs"):
        summarise(open_text(f"{U}\n{U}\n{V}"), limits)


def test_a_million_line_ends_are_not_a_million_rows_past_the_limit() -> None:
    limits = Limits(max_bytes=1000, max_entries=10)
    with pytest.raises(TooManyEntries, match="more than 10 lines or rows"):
        summarise(open_text("\n" * 11), limits)
