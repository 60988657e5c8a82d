"""Properties: no UUID is read that was not written, none is lost, and the sums hold.

The same check is run on a parser made of `uuid.UUID()`, which repairs what it is given; the check
must find it out, or it would prove nothing of ours.
"""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookups.intake import entries, open_file, open_text, summarise
from lookups.intake.blocks import blocks
from lookups.intake.counting.fast_tally import careful_tally, counted, tally_of_columns
from lookups.intake.uuids.uuid_pattern import tokens, tokens_between

# How many cases is the profile's to say: 200 in the suite, 100,000 in the long one.
profile = settings(suppress_health_check=[HealthCheck.too_slow])

uuids = st.uuids().map(str)
spelled = st.builds(
    lambda u, spell: spell(u),
    uuids,
    st.sampled_from(
        [
            str,
            str.upper,
            lambda u: u.replace("-", ""),
            lambda u: f"{{{u}}}",
            lambda u: f"urn:uuid:{u}",
            lambda u: u.replace("-", "\u2013"),
            lambda u: f'"{u}",',
        ]
    ),
)
broken = st.builds(
    lambda u, place, edit: edit(u, place),
    uuids,
    st.integers(0, 35),
    st.sampled_from(
        [
            lambda u, i: u[:i] + u[i + 1 :],
            lambda u, i: u[:i] + "0" + u[i:],
            lambda u, i: u[:i] + "-" + u[i:],
            lambda u, i: u[:i] + "g" + u[i + 1 :],
            lambda u, i: u[:i] + "\u0663" + u[i + 1 :],
            lambda u, i: u.replace("-", "")[:28] + "_" + u.replace("-", "")[28:31],
            lambda u, i: u.replace("-", "")[:i] + "_" + u.replace("-", "")[i:31],
            lambda u, i: u.replace("-", "")[:31] + " ",
        ]
    ),
)


def parted(u: str, place: int, between: str) -> str:
    """The UUID with something in it, which may leave it one or not."""
    return u[:place] + between + u[place:]


breaks = ["\n", "\r\n", "=\n", "\n> ", " \n  ", "\u00ad\n", "\n\n", "\x0b"]
escapes = ["\x1b[0m", "\x1b[01;31m\x1b[K", "\\u200b", "=3D", "%3D", "%253d", "\\x3d", "#012", "\\n"]
signs = ["_", " ", ".", ":", " - ", "- ", "%2D", "\\u002d", "&#45;"]
dressed = st.one_of(
    st.builds(parted, uuids, st.integers(0, 36), st.sampled_from([*breaks, *escapes, *signs])),
    st.builds(lambda u, sign: u.replace("-", sign), uuids, st.sampled_from(signs)),
    st.builds(lambda u, sign: u.replace("-", sign, 2), uuids, st.sampled_from(signs)),
    st.builds(
        lambda u, sign, place, between: parted(u.replace("-", sign), place, between),
        uuids,
        st.sampled_from(["-", "", "\u2013", "_", "%2D"]),
        st.integers(0, 36),
        st.sampled_from([*breaks, *escapes]),
    ),
    st.builds(str.__add__, st.sampled_from([*escapes, "0x", "20261112-", "12ab-", "a_"]), uuids),
    st.builds("-".join, st.lists(st.one_of(uuids, st.sampled_from(["1", "call", "12ab"])))),
)
words = st.text(alphabet="ab3f-_ ,;{}\"'%\\nxé\u200b\u00a0\u2013\u0663", max_size=12)
pieces = st.one_of(
    spelled, broken, dressed, words, st.sampled_from(["\n", "\r\n", "\r", " ", ", ", "\t"])
)
texts = st.lists(pieces, max_size=12).map("".join)

_MARKS = re.compile("[\u00a0\u200b-\u200d\u2010-\u2015\u2212-]")
_ESCAPED_HYPHEN = re.compile(r"%2D|&#45;|\\u002d|[ _.:]", re.IGNORECASE)
_WITHIN = re.compile(
    "\x1b\\[[0-9;]*[a-zA-Z]|\\\\u(?:200b|002d)|%2D|&#45;|[ =\u00ad]*\\s*\\n[> ]*|\x0b[> ]*|[ _.:]",
    re.IGNORECASE,
)


def read_uuids(text: str) -> list[tuple[str, str]]:
    return [(entry.text, entry.uuid) for entry in entries(open_text(text)) if entry.uuid]


def repairing(text: str) -> list[tuple[str, str]]:
    """The planted fault: word by word, what uuid.UUID() takes."""
    found = []
    for word in re.split(r"[\s,;]+", text):
        try:
            found.append((word, str(uuid.UUID(word))))
        except ValueError:
            continue
    return found


def assert_unaltered(parse: Callable[[str], list[tuple[str, str]]], text: str) -> None:
    """What was read stands in the text digit for digit, and is not cut out of something longer."""
    for written, read in parse(text):
        assert written in re.sub("\r\n?", "\n", text)
        assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", read)
        plain = _WITHIN.sub("", written)
        digits = _MARKS.sub("", plain)
        assert re.fullmatch("[0-9A-Fa-f]{32}", digits), "not 32 plain hex digits"
        assert digits.lower() == read.replace("-", ""), "altered"
        if len(plain) != 32 and plain.isascii() and not _ESCAPED_HYPHEN.search(written):
            hyphens = [m.start() for m in re.finditer("-", plain)]
            assert hyphens == [8, 13, 18, 23], "hyphens in other places"


@profile
@given(texts)
def test_no_uuid_is_ever_altered(text: str) -> None:
    assert_unaltered(read_uuids, text)


@pytest.mark.parametrize(
    "text",
    [
        "550e8400e29b41d4a71644665544_000",
        "550e8400-e29b-41d4-a716-44665544000\u0663",
        "5-50e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_the_check_finds_out_a_parser_that_repairs(text: str) -> None:
    try:
        known = str(uuid.UUID(text))
    except ValueError:
        pytest.skip("this Python's uuid.UUID() does not repair it")
    assert known
    with pytest.raises(AssertionError):
        assert_unaltered(repairing, text)


def test_the_property_itself_fails_on_a_parser_that_repairs() -> None:
    @profile
    @given(texts)
    def no_uuid_is_ever_altered(text: str) -> None:
        assert_unaltered(repairing, text)

    with pytest.raises((AssertionError, ExceptionGroup)):
        no_uuid_is_ever_altered()


@profile
@given(st.lists(spelled, max_size=20), st.sampled_from(["\n", "\r\n", "\r", " ", ", ", "\t", "|"]))
def test_every_uuid_that_was_written_is_read_in_order(written: list[str], joiner: str) -> None:
    expected = [re.sub(r"urn:uuid:|\W", "", text).lower() for text in written]
    found = [read.replace("-", "") for _, read in read_uuids(joiner.join(written))]
    assert found == expected


@profile
@given(texts)
def test_the_sums_hold_and_each_line_is_accounted_for(text: str) -> None:
    summary = summarise(open_text(text))
    found = list(entries(open_text(text)))
    parts = summary.unique + summary.duplicates + summary.rejected + summary.blank
    assert summary.entries == parts == len(found)
    assert summary.unique == len({entry.uuid for entry in found if entry.uuid})
    lines = len(re.findall(r"\r\n|\r|\n", text)) + bool(re.search(r"[^\r\n]\Z", text))
    told = [entry.line + i for entry in found for i in range(entry.text.count("\n") + 1)]
    assert set(told) == set(range(1, lines + 1))
    assert [entry.line for entry in found] == sorted(entry.line for entry in found)


@profile
@given(texts)
def test_the_fast_reader_and_the_careful_reader_agree(text: str) -> None:
    for line in re.split(r"\r\n|\r|\n", text):
        assert tokens(line) == tokens_between(line)


@profile
@given(texts)
def test_reading_twice_gives_the_same(text: str) -> None:
    source = open_text(text)
    assert list(entries(source)) == list(entries(source))


@profile
@given(texts, st.integers(1, 90), st.sampled_from(["", ",", " | "]))
def test_counting_block_by_block_gives_the_sums_of_reading(
    text: str, size: int, joiner: str
) -> None:
    data = io.BytesIO(text.encode())
    by_block = [counted(block, joiner)[1] for block in blocks(data, "utf-8", size=size)]
    careful = [careful_tally(block, joiner) for block in blocks(data, "utf-8", size=size)]
    assert [replace(one, uuids=sorted(one.uuids)) for one in by_block] == [
        replace(one, uuids=sorted(one.uuids)) for one in careful
    ]
    if not joiner:  # the rows of a table are not joined
        finds = entries(open_text(text))
        assert sum(len(one.uuids) for one in by_block) == sum(1 for one in finds if one.uuid)


cells = st.text(alphabet="ab3f-_ ,é\n\u200b\u2013", max_size=30)


@profile
@given(
    st.lists(
        st.tuples(st.one_of(uuids, spelled, cells), st.one_of(cells, broken, spelled)),
        min_size=1,
        max_size=5,
    )
)
def test_counting_by_columns_gives_the_sums_of_reading(rows: list[tuple[str, str]]) -> None:
    page = ["\x1f".join(column).encode() for column in zip(*rows, strict=True)]
    by_columns = tally_of_columns(page, b"\x1f")
    careful = careful_tally(
        "".join(f"{one} | {two}".replace("\n", " ") + "\n" for one, two in rows).encode(), " | "
    )
    assert by_columns in (None, careful)
    if all(re.fullmatch("[0-9a-f-]{36}", one) and len(two.encode()) < 25 for one, two in rows):
        assert by_columns is not None


@profile
@given(texts)
def test_the_summary_shows_what_reading_finds(text: str) -> None:
    summary = summarise(open_text(text))
    # What is shown of a table comes without its other columns.
    found = [replace(entry, columns={}) for entry in entries(open_text(text))]
    assert set(summary.uuids) == {entry.uuid for entry in found if entry.uuid}
    for shown, kind in (
        (summary.rejected_sample, "rejected"),
        (summary.duplicate_sample, "duplicate"),
    ):
        assert shown == [entry for entry in found if entry.kind == kind][:5]
    assert summary.read_as_sample == [entry for entry in found if entry.read_as][:5]


@profile
@given(st.lists(st.tuples(words, spelled, words), min_size=1, max_size=8))
def test_csv_and_json_give_the_uuids_of_plain_text(rows: list[tuple[str, str, str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    as_csv = out.getvalue().encode()
    as_json = json.dumps(rows).encode()
    expected = [re.sub(r"urn:uuid:|\W", "", row[1]).lower() for row in rows]
    for name, data in (("a.csv", as_csv), ("a.txt", as_csv), ("a.json", as_json)):
        found = [entry.uuid.replace("-", "") for entry in entries(open_file(name, data))]
        assert [each for each in found if each] == expected
