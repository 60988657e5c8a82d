"""All 32 digits are there, with other signs where a UUID has hyphens."""

from __future__ import annotations

import time

import pytest

from tests.unit.intake.reading import U, V, read, told

GROUPS = U.split("-")
SIGNS = {
    "underscores": "_",
    "spaces": " ",
    "dots": ".",
    "colons": ":",
    "spaced hyphens": " - ",
    "hyphens and spaces": "- ",
    "spaces and hyphens": " -",
    "no-break spaces": "\u00a0",
    "narrow no-break spaces": "\u202f",
    "spaced dashes": " \u2013 ",
}


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "call {} ended",
        "id={}",
        "({})",
        '"{}"',
        "{},Mumbai",
        "{{{}}}",
        "urn:uuid:{}",
        "x,{};y",
    ],
)
@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
def test_one_sign_in_all_four_places_is_read_and_told(sign: str, around: str) -> None:
    written = sign.join(GROUPS)
    (entry,) = read(around.format(written))
    assert (entry.uuid, entry.text) == (U, written)
    assert "other signs for hyphens" in entry.read_as


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
def test_several_on_a_line_and_on_lines_are_read_in_order(sign: str) -> None:
    one, two = sign.join(GROUPS), sign.join(V.split("-")).upper()
    assert [uuid for uuid, _ in told(f"{one}, {two}\n{V}\n{two}; {U}")] == [U, V, V, V, U]


MIXED_HYPHENS = {
    "one of four spaced": "550e8400-e29b-41d4- a716-446655440000",
    "one spaced on both sides": "550e8400 - e29b-41d4-a716-446655440000",
    "two of four": "550e8400 -e29b-41d4-a716- 446655440000",
}


@pytest.mark.parametrize("written", MIXED_HYPHENS.values(), ids=MIXED_HYPHENS)
def test_a_space_beside_a_hyphen_is_no_matter(written: str) -> None:
    assert told(f"call {written} ended") == [(U, "other signs for hyphens")]


@pytest.mark.parametrize(
    "name",
    [
        "20261112_104602_{}.mp3",
        "{}_1.wav",
        "2001_{}_2987.wav",
        "leg.{}.mp3",
        "call_{}_final",
        "20261112-{}-2.wav",
        f"{V}_{{}}",
        f"{{}}_{V}",
    ],
)
@pytest.mark.parametrize("sign", ["_", "."])
def test_it_is_read_out_of_the_name_of_a_recording(name: str, sign: str) -> None:
    assert (U, "other signs for hyphens") in told(name.format(sign.join(GROUPS)))


MAY_BE_NUMBERS = {
    "date, time, extension, address": "20261112 1046 2001 1234 001a2b3c4d5e",
    "letters in the first group alone": "550e8400 1234 1234 1234 123456789012",
    "with underscores": "20261112_1046_2001_1234_001a2b3c4d5e",
    "a short UUID and a number": "550e8400-e29b-41d4-a716 919812342728",
    "a date and a short UUID": "20261112 e29b-41d4-a716-446655440000",
    "different signs": "550e8400_e29b.41d4 a716:446655440000",
}


@pytest.mark.parametrize("written", MAY_BE_NUMBERS.values(), ids=MAY_BE_NUMBERS)
def test_what_may_be_numbers_is_rejected_with_that_reason(written: str) -> None:
    ((uuid, reason),) = told(f"see {written}, please")
    assert uuid == ""
    assert reason == "other signs for hyphens, so it may be numbers side by side"


@pytest.mark.parametrize("beside", ["12ab", "9f3a21bc", "5f3a9c7e1b2d4f60"])
@pytest.mark.parametrize("sign", ["_", ".", ":"])
def test_an_id_that_goes_on_is_rejected_with_that_reason(beside: str, sign: str) -> None:
    for text in (sign.join([*GROUPS, beside]), sign.join([beside, *GROUPS])):
        assert told(text) == [("", "more groups than a UUID has")]


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[0m" * 50_000,
        "\\" * 200_000,
        "abcd1234%" * 20_000,
        "a\x1b[0m" * 20_000,
        "12345678 1234 1234 1234 123456789012 " * 5_000,
        ("abcd1234" + " " * 89) * 2_000,
    ],
    ids=["colours", "backslashes", "escapes", "a colour a digit", "numbers", "spaces"],
)
def test_a_long_line_of_what_begins_like_one_is_read_in_a_moment(text: str) -> None:
    began = time.process_time()
    read(text)
    assert time.process_time() - began < 10


def test_many_on_one_long_line_are_read_in_a_moment() -> None:
    began = time.process_time()
    assert len(read(f"{'_'.join(GROUPS)} " * 5_000)) == 5_000
    assert time.process_time() - began < 10
