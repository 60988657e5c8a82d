from datetime import UTC, datetime, timedelta, timezone

import pytest

from lookups.story import short_verdict, verdict
from tests.unit.story.cast import KOLKATA, NOW, answered, attempt, busy, message, rang_out

OUT_1, OUT_2 = rang_out(), rang_out("12 10:23:20", "12 10:23:25", "12 10:23:55", "18")
LAST_OUT = rang_out("12 10:49:30", "12 10:49:32", "12 10:50:02")
HEAD = "Tried 3 times on 12 Nov between 10:00 and 10:46 IST. "
TALK = "answered for 42 s, the customer pressed 1 and hung up"

FULL = {
    "the third answered": (
        [OUT_1, OUT_2, answered(sms_status="SENT_TO_QUEUE")],
        f"{HEAD}Twice it rang out; the third was {TALK}. An SMS was queued.",
    ),
    "answered in the middle": (
        [OUT_1, answered(), LAST_OUT],
        "Tried 3 times on 12 Nov between 10:00 and 10:50 IST. "
        f"Once it rang out; the second was {TALK}; then it rang out.",
    ),
    "mixed": (
        [busy(), OUT_2, LAST_OUT],
        "Tried 3 times on 12 Nov between 10:05 and 10:50 IST. Busy once, then rang out twice.",
    ),
    "each time alike": (
        [OUT_1, OUT_2],
        "Tried twice on 12 Nov between 10:00 and 10:23 IST. Both times it rang out.",
    ),
    "all answered": (
        [answered(), answered(dtmf="", ended_by="agent")],
        "Tried twice on 12 Nov at 10:46 IST. "
        "Both times it was answered, for 1 min 24 s in all; the last time the agent hung up.",
    ),
    "one rang out": (
        [OUT_1],
        "Tried once on 12 Nov at 10:00 IST. It rang for 28 s and was not picked up.",
    ),
    "one answered": (
        [answered(ended_by="system", recording_urls=["a.wav"])],
        "Tried once on 12 Nov at 10:46 IST. It was answered for 42 s; the customer pressed 1, "
        "then the system hung up. A recording exists.",
    ),
    "cause 16 without a connect time": (
        [attempt("12 10:00:00", cause_code="16")],
        "Tried once on 12 Nov at 10:00 IST. What became of it is not known (16 · Normal clearing).",
    ),
    "low trust": (
        [busy(code="13")],
        "Tried once on 12 Nov at 10:05 IST. Phonon reported it rejected (code 13, not certain).",
    ),
    "no times": (
        [attempt(cause_code="17"), attempt(cause_code="17")],
        "Tried twice; no times were given. Both times the line was busy.",
    ),
    "some times": (
        [OUT_1, attempt(cause_code="3")],
        "Tried twice on 12 Nov between 10:00 and 10:01 IST (one attempt has no times). "
        "Both times it rang out.",
    ),
    "over days": (
        [OUT_1, rang_out("13 09:10:00", "13 09:10:02", "13 09:10:30")],
        "Tried twice between 12 Nov 10:00 and 13 Nov 09:10 IST. Both times it rang out.",
    ),
    "too many turns": (
        [busy(), OUT_1] * 3,
        "Tried 6 times on 12 Nov between 10:00 and 10:05 IST. "
        "Busy three times, rang out three times. At the last, it rang for 28 s and was not "
        "picked up.",
    ),
}


def full(attempts, flow_status="COMPLETED", **others):
    return verdict(attempts, **{"flow_status": flow_status, "zone": KOLKATA, "now": NOW, **others})


@pytest.mark.parametrize(("attempts", "sentence"), FULL.values(), ids=FULL.keys())
def test_the_full_verdict_tells_when_and_what_in_order(attempts, sentence):
    assert full(attempts) == sentence


@pytest.mark.parametrize(
    ("attempts", "line"),
    [
        (
            [OUT_1, OUT_2, answered()],
            "Third attempt answered for 42 s; the customer pressed 1 and hung up.",
        ),
        (
            [busy(), OUT_2, rang_out("12 10:49:30", "", "12 10:50:02")],
            "Tried 3 times in 45 min: busy once, then rang out twice.",
        ),
        (
            [OUT_1, rang_out("12 10:23:20", "", "12 10:23:55")],
            "Tried twice in 23 min: rang out both times.",
        ),
        (
            [answered(dtmf="", ended_by="system")],
            "Answered for 42 s; the system hung up.",
        ),
        ([answered(dtmf="", ended_by=""), OUT_1], "First attempt answered for 42 s."),
        ([busy()], "The line was busy."),
        (
            [busy(code="12")],
            "Phonon reported the number as invalid (code 12, not certain).",
        ),
        ([attempt(cause_code="99")], "What became of it is not known (unknown cause 99)."),
    ],
)
def test_the_short_verdict_is_one_line(attempts, line):
    assert short_verdict(attempts, flow_status="COMPLETED") == line


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("NCPR_CHECK_FAILED", "Not dialled: do-not-disturb number."),
        ("SCHEDULED", "Scheduled; not dialled yet."),
        ("COMPLETED", "No attempts listed; flow status: Completed."),
        ("Odd one", "No attempts listed; flow status: Odd one."),
        ("", "No attempts listed."),
    ],
)
def test_a_call_without_attempts_is_told_by_its_flow_status(status, sentence):
    assert full([], status) == short_verdict([], flow_status=status) == sentence


def test_a_call_under_way_is_not_told_as_ended():
    open_ = attempt("12 10:46:02", "12 10:46:06")
    assert full([OUT_1, open_], "IN_PROGRESS").endswith(
        "Rang out once, then still in progress when pulled."
    )
    talking = attempt("12 10:46:02", "", "12 10:46:12", dtmf="1")
    assert full([talking], "IN_PROGRESS").endswith(
        "It was answered; the customer pressed 1 and it was still in progress when pulled."
    )
    assert full([talking]).endswith(
        "It was answered; the customer pressed 1 and no end time was given."
    )


def test_another_scheduled_attempt_is_announced():
    assert full([OUT_1], "REATTEMPT_SCHEDULED").endswith("Another attempt is scheduled.")


def test_one_attempt_out_of_several_is_not_told_as_the_only_one():
    assert full([answered(sent_number="3")]).startswith("Attempt 3 was on 12 Nov at 10:46 IST.")
    assert full([answered()], last_only=True).startswith("The last attempt was on 12 Nov")
    assert short_verdict([busy()], flow_status="", last_only=True) == (
        "Last attempt: the line was busy."
    )


def test_the_year_stands_only_when_it_is_another():
    assert "on 12 Nov 2026 at" in full([OUT_1], now=datetime(2027, 1, 2, tzinfo=UTC))
    assert "2026" not in full([OUT_1])


def test_times_are_told_in_the_zone_and_by_its_offset_where_it_has_no_letters():
    zone = timezone(timedelta(hours=9))
    assert full([OUT_1], zone=zone).startswith("Tried once on 12 Nov at 13:30 +09:00.")


def test_messages_are_counted_by_what_became_of_them():
    told = full([OUT_1], messages=[message(), message(), message("email", "DELIVERED")])
    assert told.endswith("Two SMS were queued. An e-mail was delivered.")
    assert full([OUT_1], messages=[message(status="ODD 9")]).endswith(
        "An SMS has the status “ODD 9”."
    )


def test_a_pin_is_not_spelt_out():
    told = full([answered(dtmf="4 7 1 1 9")])
    assert "pressed 5 keys" in told
    assert "4, 7" not in told


def test_nobody_is_said_to_have_declined():
    for code in ["13", "CALL_REJECTED", "-1", "16", ""]:
        told = full([busy(code=code)], "REJECTED") + short_verdict(
            [busy(code=code)], flow_status="REJECTED"
        )
        assert "customer" not in told
        assert "declined" not in told
