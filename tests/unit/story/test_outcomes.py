from types import SimpleNamespace

import pytest

from lookups.story import (
    DISPLAY_ORDER,
    ITEM_LABELS,
    Outcome,
    attempt_outcome,
    call_outcome,
    outcome_label,
)
from tests.unit.story.cast import NOW

BY_CAUSE = {
    "busy": ["17", "5", "8", "USER_BUSY"],
    "no_answer": ["18", "3", "9", "11", "NO_ANSWER"],
    "cancelled": ["-1", "ORIGINATOR_CANCEL"],
    "failed": ["10", "6", "7", "15"],
    "invalid_number": ["12", "14", "UNALLOCATED_NUMBER"],
    "rejected": ["13", "CALL_REJECTED"],
    "unknown": ["16", "16.0", "NORMAL_CLEARING", "99", "", None],
}
BY_FLOW = {
    "INVALID_CONTACT_NUMBER": "invalid_number",
    "REJECTED": "rejected",
    "NCPR_CHECK_FAILED": "rejected",
    "PHONE_NOT_WHITELISTED": "rejected",
    "INTERNATIONAL_CALLS_DISABLED": "rejected",
    "FAILURE": "failed",
    "INVALID_CALL_START_TIME": "failed",
    "failure": "failed",
    "COMPLETED": "unknown",
    "SCHEDULED": "unknown",
    "": "unknown",
}


@pytest.mark.parametrize(
    ("outcome", "code"), [(outcome, code) for outcome, codes in BY_CAUSE.items() for code in codes]
)
def test_without_a_connect_time_the_cause_decides(outcome, code):
    assert attempt_outcome(SimpleNamespace(connected_at=None, cause_code=code)) == outcome


@pytest.mark.parametrize("code", ["16", "17", "18", "", "99"])
def test_a_connect_time_means_answered_whatever_the_cause(code):
    assert attempt_outcome(SimpleNamespace(connected_at=NOW, cause_code=code)) == "answered"


@pytest.mark.parametrize(("status", "outcome"), BY_FLOW.items())
def test_without_a_cause_the_flow_status_decides(status, outcome):
    assert attempt_outcome(SimpleNamespace(), flow_status=status) == outcome
    assert call_outcome([], flow_status=status) == outcome


def test_a_cause_outweighs_the_flow_status():
    unknown_cause = SimpleNamespace(cause_code="99")
    assert attempt_outcome(unknown_cause, flow_status="FAILURE") == Outcome.UNKNOWN


def test_a_call_is_answered_if_any_attempt_was_and_else_as_the_last():
    busy, out, yes = Outcome.BUSY, Outcome.NO_ANSWER, Outcome.ANSWERED
    assert call_outcome([busy, yes, out], flow_status="FAILURE") == yes
    assert call_outcome([busy, out], flow_status="FAILURE") == out


def test_the_display_order_holds_every_outcome_and_not_found_once():
    assert sorted(DISPLAY_ORDER) == sorted([*(one.value for one in Outcome), "not_found"])


def test_every_outcome_has_a_word():
    assert Outcome.NO_ANSWER.label == "No answer"
    assert [outcome_label(value) for value in ITEM_LABELS] == list(ITEM_LABELS.values())
    assert outcome_label("invalid_number") == "Invalid number"
