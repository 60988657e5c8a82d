from datetime import timedelta

import pytest

from lookups.story import NOT_FINAL, flow_status_label, is_final
from tests.unit.story.cast import NOW

DAY = timedelta(hours=24)


@pytest.mark.parametrize("status", [*sorted(NOT_FINAL), "in progress", "Scheduled"])
def test_a_status_that_is_not_final_keeps_the_call_open_for_ever(status):
    assert not is_final(status, NOW - 100 * DAY, NOW)


@pytest.mark.parametrize("status", ["COMPLETED", "FAILURE", "NCPR_CHECK_FAILED", "rejected"])
def test_a_known_final_status_closes_the_call_at_once(status):
    assert is_final(status, None, NOW)


@pytest.mark.parametrize("status", ["", "SOMETHING_NEW"])
def test_without_a_known_status_a_call_is_final_a_day_after_its_last_end(status):
    assert not is_final(status, None, NOW)
    assert not is_final(status, NOW - DAY + timedelta(seconds=1), NOW)
    assert is_final(status, NOW - DAY, NOW)


def test_a_flow_status_is_told_in_words_and_an_unknown_one_as_it_came():
    assert flow_status_label("NCPR_CHECK_FAILED") == "Do-not-disturb number"
    assert flow_status_label(" Something new ") == "Something new"
    assert flow_status_label("") == "Not given"
