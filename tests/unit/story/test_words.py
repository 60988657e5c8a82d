from datetime import timedelta, timezone

import pytest

from lookups.story.words import (
    count_word,
    listed,
    one_line,
    ordinal,
    seconds_in_words,
    span_in_words,
    times_word,
    zone_abbreviation,
)
from tests.unit.story.cast import KOLKATA, NOW


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (-1, ""),
        (float("nan"), ""),
        (0, "0 s"),
        (0.4, "under 1 s"),
        (41.5, "42 s"),
        (59.6, "1 min"),
        (72, "1 min 12 s"),
        (3599.6, "1 h 00 min"),
        (3780, "1 h 03 min"),
    ],
)
def test_a_length_of_time_is_said_in_its_largest_two_units(seconds, words):
    assert seconds_in_words(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(30, "30 s"), (60, "1 min"), (2700, "45 min"), (10800, "3 h"), (172800, "2 days")],
)
def test_a_stretch_is_said_in_one_unit(seconds, words):
    assert span_in_words(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(3569, "59 min"), (3599, "1 h 00 min"), (6360, "1 h 46 min"), (7199, "2 h")],
)
def test_a_stretch_of_one_hour_or_more_and_less_than_two_is_said_in_hours_and_minutes(
    seconds, words
):
    assert span_in_words(seconds) == words


def test_counts_are_words_up_to_ten_and_figures_beyond():
    assert [count_word(n) for n in (0, 1, 10, 11)] == ["no", "one", "ten", "11"]
    assert [times_word(n) for n in (1, 2, 3, 12)] == ["once", "twice", "three times", "12 times"]
    assert [ordinal(n) for n in (1, 3, 10, 11, 21, 112)] == [
        "first",
        "third",
        "tenth",
        "11th",
        "21st",
        "112th",
    ]


def test_a_text_from_outside_stands_in_a_sentence_as_one_line():
    assert one_line(" a\n\tb\u202e  c ") == "a b c"


def test_a_list_ends_in_and():
    assert [listed(x) for x in ([], ["1"], ["1", "2"], ["1", "2", "3"])] == [
        "",
        "1",
        "1 and 2",
        "1, 2 and 3",
    ]


def test_a_zone_without_letters_is_called_by_its_offset():
    assert zone_abbreviation(NOW, KOLKATA) == "IST"
    assert zone_abbreviation(NOW, timezone(timedelta(hours=5, minutes=30))) == "+05:30"
