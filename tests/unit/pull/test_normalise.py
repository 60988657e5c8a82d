"""Times, numbers and flags in the spellings seen, and in those that must not be guessed at."""

from datetime import UTC, datetime

import phonenumbers
import pytest

from lookups.pull.reply.normalise import e164, e164s, flag, moment, moments, seconds_between, text

TEN = datetime(2026, 11, 12, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-12T10:00:00+05:30",
        "2026-11-12T10:00:00.000+05:30",
        "2026-11-12T10:00:00Z+05:30",
        "2026-11-12T10:00:00.0Z+05:30",
        "2026-11-12T10:00:00+0530",
        "2026-11-12 10:00:00+05:30",
        " 2026-11-12T10:00:00+05:30 ",
        "2026-11-12T10:00:00",
        "2026-11-12 10:00:00",
        "2026-11-12T10:00",
        "2026-11-12T04:30:00Z",
        "2026-11-12T04:30:00z",
        "2026-11-11T23:30:00-05:00",
        "1794457800",
        "1794457800000",
        1794457800,
        1794457800000,
        1794457800000.0,
    ],
)
def test_a_time_is_read_in_every_spelling_seen(written):
    assert moment(written) == TEN


def test_fractions_of_a_second_are_kept():
    assert moment("2026-11-12T10:00:00.08+05:30") == TEN.replace(microsecond=80_000)
    assert moment("2026-11-12T10:00:00.901Z+05:30") == TEN.replace(microsecond=901_000)


@pytest.mark.parametrize("ends", [["+05:30"], ["Z+05:30", "+05:30"], ["Z", "+05:30"], ["-08:00"]])
@pytest.mark.parametrize("fractions", [[""], ["", ".5", ".000001", ".123456"], [".123456789"]])
def test_a_column_of_times_is_read_as_each_of_them_by_itself(ends, fractions):
    days = [f"2024-02-{day}T23:59:{day}" for day in range(10, 30)]
    column = [f"{day}{fraction}{end}" for day in days for fraction in fractions for end in ends]
    # A blank before it is unusual, so that the other reader reads it.
    assert moments(column) == [moment(f" {one}") for one in column]
    assert None not in moments(column)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "12-11-2026 10:00:00",
        "12/11/2026 10:00",
        "2026-11-12",
        "20261112",
        "2026-11-12T10:00:00\ud800",
        "2026-11-12T10:00:60+05:30",
        "2026-13-12T10:00:00+05:30",
        "2026-11-12T25:00:00+05:30",
        "0001-01-01T00:00:00+05:30",
        "9999-12-31T23:59:59-12:00",
        "1",
        0,
        -1,
        1e300,
        10**17,
        True,
        None,
        [],
        {},
    ],
)
def test_what_is_not_surely_a_time_is_none(written):
    assert moment(written) is None


@pytest.mark.parametrize(
    "written",
    ["+919812342728", "919812342728", "09812342728", "9812342728", "+91 98123 42728"],
)
def test_an_indian_mobile_is_one_number_however_written(written):
    assert e164(written) == "+919812342728"


@pytest.mark.parametrize("written", ["9812342728", "+916000000000", "917999999999", "08888888888"])
def test_the_short_cut_for_mobiles_says_what_the_library_says(written):
    parsed = phonenumbers.parse(written, "IN")
    library = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    assert e164(written) == library


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+442079460958", "+442079460958"),
        ("+918047181000", "+918047181000"),
        ("08047181000", "+918047181000"),
        ("918047181000", "+918047181000"),
    ],
)
def test_other_numbers_are_read_with_india_in_mind(written, number):
    assert e164(written) == number


@pytest.mark.parametrize("written", ["", "100", "1001", "sip:100@pbx", "CALLME", "=1+1", "12345"])
def test_what_is_no_full_number_stays_as_it_came(written):
    assert e164(written) == written


@pytest.mark.parametrize(
    "odd",
    ["+919812342728", "09812342728", "", "+14155550123", "+91 98123 42728",
     "+919812342728\n+918047103597", "+919812342728\n"],
)  # fmt: skip
def test_numbers_read_together_are_read_as_each_alone(odd):
    column = ["+919812342728", odd, "+918047103597"]
    assert list(e164s(column)) == [e164(one) for one in column]


@pytest.mark.parametrize("value", [True, "true", "TRUE", "1", 1, "yes"])
def test_true_in_every_spelling(value):
    assert flag(value) is True


@pytest.mark.parametrize("value", [False, "false", "False", "0", 0, "no"])
def test_false_in_every_spelling(value):
    assert flag(value) is False


@pytest.mark.parametrize("value", [None, "", "maybe", [], 2])
def test_neither_true_nor_false(value):
    assert flag(value) is None


def test_text_is_text_or_a_number_in_full_and_nothing_else():
    assert [text(value) for value in ("a", 16, -1, 1.5)] == ["a", "16", "-1", "1.5"]
    assert [text(value) for value in (True, None, [], {})] == ["", "", "", ""]


def test_time_never_runs_backwards():
    assert seconds_between(TEN.replace(second=9), TEN) is None
    assert seconds_between(None, TEN) is None
    assert seconds_between(TEN, TEN.replace(second=42)) == 42.0
