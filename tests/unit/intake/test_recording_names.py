"""A UUID joined to dates, numbers and words, as recordings are named."""

from __future__ import annotations

import pytest

from lookups.intake import entries, open_file, summarise
from tests.unit.intake.reading import CASES, U, V, read, told

NAMES = {
    "date and time": f"20261112-104602-{U}.mp3",
    "date with hyphens": f"2026-11-12-{U}.wav",
    "date and time with hyphens": f"2026-11-12-10-46-02-{U}.wav",
    "epoch": f"1794460562-{U}.wav",
    "epoch in milliseconds after it": f"{U}-1794460562123.wav",
    "telephone number": f"919812342728-{U}.mp3",
    "epoch after it": f"{U}-1794460562.wav",
    "leg": f"{U}-1.mp3",
    "leg of one letter": f"{U}-a.mp3",
    "leg of a digit and a letter": f"{U}-1a.mp3",
    "extension after it": f"{U}-2987",
    "date after it": f"{U}-20261112-104602.wav",
    "words and numbers": f"out-09812342728-2001-20261112-104602-{U}.wav",
    "a word of hex letters": f"feed-{U}",
    "hex letters before and a word after": f"dead-{U}-call",
    "numbers on both sides": f"2001-{U}-2987.wav",
    "number list": f"1-{U}",
    "a word, a number": f"leg-2-{U}",
    "in a path": f"/var/spool/2026/11/20261112-{U}.wav",
    "in a link": f"https://rec.example/a/1794460562-{U}.mp3?x=1",
    "in upper case": f"20261112-{U.upper()}.MP3",
    "underscores beside": f"x_20261112-{U}_1.mp3",
    "typographic hyphen": f"20261112\u2011{U}",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_the_one_uuid_of_a_name_is_read_and_told(name: str) -> None:
    (entry,) = read(name)
    assert (entry.uuid, entry.text.lower(), entry.reason) == (U, U, "")
    assert "a longer name" in entry.read_as


PLAIN = {
    "underscores": f"20261112_104602_{U}.mp3",
    "dots": f"20261112.104602.{U}.mp3",
    "hashes": f"{U}##pbx-9",
    "a word on both sides": f"call-{U}-final",
    "a word and a number after it": f"{U}-attempt-2",
    "host": f"{U}@10.0.0.1",
    "colon": f"2026:{U}:1",
    "plus": f"919812342728+{U}",
    "tilde": f"{U}~2",
    "braces": f"2026-{{{U}}}-1",
}


@pytest.mark.parametrize("name", PLAIN.values(), ids=PLAIN)
def test_nothing_is_said_where_it_stands_alone(name: str) -> None:
    assert told(name) == [(U, "")]


@pytest.mark.parametrize("sign", ["-", "_", ".", ":", "--", "+", "/", "-\u200b", "\u2013"])
def test_both_of_two_are_read_where_nothing_else_is_left(sign: str) -> None:
    assert [uuid for uuid, _ in told(f"{U}{sign}{V}")] == [U, V]
    assert [uuid for uuid, _ in told(f"call-{U}{sign}{V}-out.wav")] == [U, V]


@pytest.mark.parametrize(
    "chain",
    [
        f"{U}-{V}-1",
        f"1-{U}-{V}",
        f"{U}-1-{V}",
        f"20261112-{U}-{V}.wav",
        f"{U}-{V}-feed",
        f"{U}-{V}-550e8400",
        f"{U}-12ab",
        f"12ab34-{U}",
        f"{U}-9f3a21bc",
        f"{U}-5f3a9c7e1b2d4f60",
        f"{U}-deadbeefdead",
        f"{U}-123456789012345678901",
        f"{U}-{V.replace('-', '')}",
    ],
)
def test_what_may_be_an_id_of_its_own_is_rejected_with_the_reason(chain: str) -> None:
    assert told(chain) == [("", "more groups than a UUID has")]


def test_a_chain_longer_than_a_name_is_rejected() -> None:
    assert [uuid for uuid, _ in told("-".join([U] * 4))] == [""]
    assert [uuid for uuid, _ in told("2026-" * 30 + U)] == [""]


def test_the_names_of_recordings() -> None:
    source = open_file("recording-names.txt", (CASES / "recording-names.txt").read_bytes())
    found = list(entries(source))
    assert not [one for one in found if not one.uuid]
    by_line: dict[int, list[str]] = {}
    for one in found:
        by_line.setdefault(one.line, []).append(one.uuid[:4])
    assert [" ".join(by_line[line]) for line in range(1, 21)] == [
        *("390c", "2ec9", "6850", "afd7", "8864", "4f32", "d1c8", "b2e2", "390c", "390c"),
        *["2ec9 6850"] * 4,
        *("afd7", "afd7", "afd7", "afd7", "8864", "4f32"),
    ]
    sums = summarise(source)
    assert (sums.entries, sums.unique, sums.duplicates, sums.rejected) == (24, 8, 16, 0)
