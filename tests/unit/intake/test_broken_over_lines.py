"""A UUID that is broken over two lines: terminals, PDFs, mails and cells."""

from __future__ import annotations

import csv
import io
import json

import pytest

from lookups.intake import Kind, Limits, entries, open_file, open_text, summarise
from lookups.intake.blocks import BLOCK, blocks
from tests.unit.intake.reading import BARE, U, V, read, told

HEAD, TAIL = U[:19], U[19:]

BROKEN = {
    "at a hyphen": f"{U[:24]}\n{U[24:]}",
    "before a hyphen": f"{U[:23]}\n{U[23:]}",
    "after eight digits": f"{U[:8]}\n{U[8:]}",
    "within a group": f"{HEAD}\n{TAIL}",
    "within the last group": f"{U[:30]}\n{U[30:]}",
    "text on both sides": f"call {HEAD}\n{TAIL} ended",
    "carriage return": f"call {HEAD}\r{TAIL} ended",
    "both": f"call {HEAD}\r\n{TAIL} ended",
    "spaces before the end": f"call {HEAD}  \n{TAIL}",
    "an indented line": f"call {HEAD}\n      {TAIL}",
    "a tab": f"call {HEAD}\n\t{TAIL}",
    "mail quote": f"> call {HEAD}\n> {TAIL}",
    "mail quote of a quote": f"> > call {HEAD}\n> > {TAIL}",
    "mail quote without spaces": f">>call={HEAD}\n>>{TAIL}",
    "mail quote at the second line": f"call {HEAD}\n> {TAIL}",
    "saved mail": f"https://x.example/{HEAD}=\n{TAIL}?a",
    "saved mail, three digits": f"{U[:3]}=\n{U[3:]}",
    "saved mail, bare": f"{BARE[:20]}=\r\n{BARE[20:]}",
    "saved mail, a digit short of its end": f"{U[:35]}=\n{U[35:]}",
    "shell": f"curl {HEAD}\\\n{TAIL}",
    "soft hyphen": f"{HEAD}\u00ad\n{TAIL}",
    "typographic hyphens": f"{U[:24]}\n{U[24:]}".replace("-", "\u2011"),
    "upper case": f"{HEAD}\n{TAIL}".upper(),
    "in quotes": f'"{HEAD}\n{TAIL}"',
    "table of a terminal": f"| {HEAD}\n| {TAIL} |",
    "other UUIDs on both lines": f"{V} {HEAD}\n{TAIL} {V}",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_the_halves_of_a_uuid_are_joined_and_told(text: str) -> None:
    found = [one for one in read(text) if one.uuid != V]
    (entry,) = found
    assert (entry.uuid, entry.line) == (U, 1)
    assert "a line break" in entry.read_as
    assert entry.text in text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("place", range(4, 32))
def test_it_may_be_broken_anywhere(place: int) -> None:
    assert told(f"see {U[:place]}\n{U[place:]}, please") == [(U, "a line break")]


@pytest.mark.parametrize("place", range(1, 36))
def test_it_may_be_broken_anywhere_where_the_line_says_that_it_goes_on(place: int) -> None:
    assert told(f"see {U[:place]}=\n{U[place:]}, please") == [(U, "a line break")]


NOT_JOINED = {
    "a number, and one digit short": f"seat {U[:1]}\n{U[1:]}",
    "three digits": f"{U[:-3]}\n{U[-3:]}",
    "two numbers of 16 digits": "1234567890123456\n1234567890123456",
    "two ids of 16 digits": f"{BARE[:16]}\n{BARE[16:]}",
    "three lines": f"{U[:9]}\n{U[9:24]}\n{U[24:]}",
    "a blank line between": f"{HEAD}\n\n{TAIL}",
    "a digit too many": f"{HEAD}\n{TAIL}0",
    "a digit too few": f"{HEAD}\n{TAIL[:-1]}",
    "a word between": f"{HEAD} and\n{TAIL}",
    "a word first": f"{HEAD}\nand {TAIL}",
    "joined to a word": f"call{HEAD}\n{TAIL}",
    "joined to a group": f"12ab-{HEAD}\n{TAIL}",
    "a group more": f"{HEAD}\n{TAIL}-1234",
    "hyphens at wrong places": f"{U[:7]}-\n{U[9:]}0",
    "eight digits short, then a date": f"{U[:28]}\n20261112-10",
}


@pytest.mark.parametrize("text", NOT_JOINED.values(), ids=NOT_JOINED)
def test_what_is_not_exactly_one_uuid_is_not_joined(text: str) -> None:
    assert not any(uuid for uuid, _ in told(text))


def test_a_whole_uuid_is_never_joined_to_what_stands_above() -> None:
    assert [uuid for uuid, _ in told(f"{U[:28]}\n{V}")] == ["", V]
    assert [uuid for uuid, _ in told(f"{U}\n{V[:8]}\n{V[8:]}")] == [U, V]


def test_the_lines_after_it_keep_their_numbers_and_none_is_counted_twice() -> None:
    found = read(f"first\n{HEAD}\n{TAIL}\n\n{V}\n{V[:-1]}\n{U}")
    assert [(one.line, one.kind) for one in found] == [
        (1, Kind.REJECTED),
        (2, Kind.UNIQUE),
        (4, Kind.BLANK),
        (5, Kind.UNIQUE),
        (6, Kind.REJECTED),
        (7, Kind.DUPLICATE),
    ]
    assert found[-1].first_line == 2


@pytest.mark.parametrize("size", range(1, 90))
def test_halves_are_joined_wherever_the_file_is_cut(size: int) -> None:
    text = f"one\n{HEAD}\n{TAIL} {V[:24]}\n{V[24:]}\ntwo\n"
    cut = list(blocks(io.BytesIO(text.encode()), "utf-8", size=size))
    assert "".join(block.decode() for block in cut) == text
    holding = [block for block in cut if HEAD.encode() in block]
    assert len(holding) == 1
    assert V[24:].encode() in holding[0]


@pytest.mark.parametrize("shift", range(-45, 5))
def test_halves_in_two_blocks_are_one_uuid_read_and_counted(shift: int) -> None:
    lines = "x" * (BLOCK + shift - 30) + "\n"
    found = read(f"{lines}{HEAD}\n{TAIL}\n{V}\n")
    assert [one.uuid for one in found] == ["", U, V]


def test_a_file_that_breaks_a_uuid_in_every_line_is_read_in_blocks_all_the_same() -> None:
    text = f"{HEAD}\n" + f"{TAIL} {HEAD}\n" * 4_000 + TAIL
    cut = list(blocks(io.BytesIO(text.encode()), "utf-8"))
    assert max(map(len, cut)) < 2 * BLOCK
    limits = Limits(max_bytes=len(text))
    source = open_text(text, limits)
    sums = summarise(source, limits)
    assert sums.entries == len(list(entries(source, limits)))
    assert sums.unique == 1
    assert sums.duplicates > 3_900


@pytest.mark.parametrize("cell", [f"{HEAD}\n{TAIL}", f"{U[:24]}\n{U[24:]}", f"see\n{HEAD}\n{TAIL}"])
def test_a_uuid_broken_within_a_cell_or_a_text_of_json_is_joined(cell: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([("Ticket", "Phonon UUID"), ("T1", cell), ("T2", V)])
    for name, data in (
        ("a.csv", out.getvalue()),
        ("a.json", json.dumps([{"ticket": "T1", "uuid": cell}, {"ticket": "T2", "uuid": V}])),
    ):
        source = open_file(name, data.encode())
        found = [one for one in entries(source) if one.uuid]
        assert [(one.uuid, one.read_as) for one in found] == [(U, "a line break"), (V, "")]
        assert summarise(source).unique == 2


def test_the_rows_of_a_table_are_not_joined() -> None:
    data = f"Phonon UUID,Ticket\n{V},{HEAD}\n{TAIL},T2\n{U},T3\n".encode()
    source = open_file("a.csv", data)
    found = [one.uuid for one in entries(source) if one.uuid]
    assert found == [V, U]
    assert summarise(source).unique == 2


def test_what_is_no_uuid_hides_none_that_begins_within_it():
    assert (V, "a line break") in told(f"{U[:28]}\n{V[:28]}\n{V[28:]}\nThanks\n")
