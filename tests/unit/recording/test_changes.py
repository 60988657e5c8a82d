"""What counts as a change: real differences of cells that pages show, and nothing else."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from lookups.recording.changes import ATTEMPT_FIELDS, CallState, changed, text_of

BEGAN = datetime(2026, 11, 12, 4, 30, tzinfo=UTC)
CALL = {"flow_status": "IN_PROGRESS", "outcome": "unknown"}
RINGING = {"outcome": "unknown", "started_at": BEGAN, "customer_number": "+919812342728"}
OVER = RINGING | {
    "outcome": "no_answer",
    "ended_at": BEGAN + timedelta(seconds=41.2),
    "ring_seconds": 39,
    "cause_code": "18",
}


def state(call=CALL, **attempts) -> CallState:
    return CallState(call, attempts)


def test_the_same_again_is_no_change():
    assert changed(state(one=OVER), state(one=OVER)) == {}


def test_a_flow_status_that_moved_on_is_told_with_before_and_after():
    after = CALL | {"flow_status": "COMPLETED", "outcome": "answered"}
    assert changed(state(), state(after)) == {
        "": {"flow_status": ["IN_PROGRESS", "COMPLETED"], "outcome": ["unknown", "answered"]}
    }


def test_an_attempt_that_ended_names_its_new_cells_alone():
    assert changed(state(one=RINGING), state(one=OVER)) == {
        "one": {
            "outcome": ["unknown", "no_answer"],
            "ended_at": ["", "2026-11-12T04:30:41.200000+00:00"],
            "ring_seconds": ["", "39.0"],
            "cause_code": ["", "18"],
        }
    }


def test_a_new_attempt_of_a_known_call_is_a_change():
    told = changed(state(one=OVER), state(one=OVER, two=RINGING))
    assert told == {
        "two": {
            "outcome": ["", "unknown"],
            "started_at": ["", BEGAN.isoformat()],
            "customer_number": ["", "+919812342728"],
        }
    }


def test_an_attempt_that_the_reply_leaves_out_is_kept_and_no_change():
    assert changed(state(one=OVER, two=OVER), state(two=OVER)) == {}


def test_a_value_that_went_away_is_a_change():
    assert changed(state(one=OVER), state(one=OVER | {"cause_code": ""})) == {
        "one": {"cause_code": ["18", ""]}
    }


def test_the_same_moment_in_another_zone_is_no_change():
    india = timezone(timedelta(hours=5, minutes=30))
    moved = OVER | {"started_at": BEGAN.astimezone(india)}
    assert changed(state(one=OVER), state(one=moved)) == {}


def test_none_and_an_empty_text_are_the_same_nothing():
    assert changed(state(one={"dtmf": None}), state(one={"dtmf": ""})) == {}


@pytest.mark.parametrize("field", ATTEMPT_FIELDS)
def test_every_shown_cell_is_compared(field):
    assert list(changed(state(one={field: "a"}), state(one={field: "b"}))["one"]) == [field]


def test_what_no_page_shows_is_not_compared():
    assert changed(state(one={"raw": "{}"}), state(one={"raw": '{"a": 1}'})) == {}


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("", ""), (42, "42.0"), (0.5, "0.5"), (BEGAN, "2026-11-12T04:30:00+00:00")],
)
def test_texts_are_the_same_in_every_zone_and_language(value, text):
    assert text_of(value) == text
