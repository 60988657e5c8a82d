from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookups.story.timeline.axis import MOST_TICKS, make_axis
from tests.unit.story.cast import KOLKATA, at

ZONES = ["Asia/Kolkata", "Asia/Kathmandu", "Europe/London", "Australia/Lord_Howe", "UTC"]


def labels(*moments, zone=KOLKATA):
    return [tick.label for tick in make_axis(moments, zone=zone, left=0, right=600).ticks]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("12 10:00:36", "12 10:00:50", ["10:00", "10:01"]),
        ("12 10:00:36", "12 10:46:54", ["10:00", "10:10", "10:20", "10:30", "10:40", "10:50"]),
        ("12 10:00:00", "12 10:10:00", ["10:00", "10:02", "10:04", "10:06", "10:08", "10:10"]),
        ("12 23:50:00", "13 00:10:00", ["12 Nov 23:50", "23:55", "13 Nov 00:00", "00:05", "00:10"]),
        ("12 10:00:00", "15 09:00:00", ["12 Nov", "13 Nov", "14 Nov", "15 Nov", "16 Nov"]),
    ],
)
def test_ticks_stand_at_round_local_times(first, last, expected):
    assert labels(at(first), at(last)) == expected


def test_there_is_no_axis_without_times():
    assert make_axis([], zone=KOLKATA, left=0, right=600) is None


def test_the_scale_is_true_over_days():
    axis = make_axis([at("12 10:00:00"), at("19 10:00:00")], zone=KOLKATA, left=0, right=600)
    hours = [at("12 11:00:00"), at("12 12:00:00"), at("18 11:00:00"), at("18 12:00:00")]
    a, b, c, d = (axis.x(moment) for moment in hours)
    assert b - a == pytest.approx(d - c)
    assert axis.zone_label == "IST (+05:30)"


@settings(max_examples=300, deadline=None)
@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2199, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=4000))
    | st.timedeltas(timedelta(0), timedelta(hours=30)),
    st.sampled_from(ZONES),
)
def test_any_stretch_lies_between_at_most_seven_ticks_in_order(first, length, name):
    last = min(first + length, datetime(2199, 12, 31, tzinfo=UTC))
    axis = make_axis([first, last], zone=ZoneInfo(name), left=70, right=1060)
    assert axis.start <= first
    assert last <= axis.end
    places = [tick.x for tick in axis.ticks]
    assert places == sorted(set(places))
    assert (places[0], places[-1]) == (70, 1060)
    assert 2 <= len(places) <= MOST_TICKS
    assert min(b - a for a, b in pairwise(places)) > 40
