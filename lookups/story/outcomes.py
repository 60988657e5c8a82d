"""What became of an attempt, of a call and of a lookup item, each in one word.

"Answered" is said only where there is a connect time. Everything else is read from Phonon's own
list of causes, and only where that is silent from the flow status.
"""

from collections.abc import Sequence
from enum import StrEnum

from lookups.story.causes import known_code, tidy_code
from lookups.story.flow_status import tidy_status


class Outcome(StrEnum):
    """What became of an attempt or a call. `.label` is the word for pages."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    INVALID_NUMBER = "invalid_number"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """ "No answer"."""
        return self.value.replace("_", " ").capitalize()


# Values, not members: bars and facets also count the items for which there is no call.
DISPLAY_ORDER: tuple[str, ...] = (
    Outcome.ANSWERED.value,
    Outcome.NO_ANSWER.value,
    Outcome.BUSY.value,
    Outcome.REJECTED.value,
    Outcome.INVALID_NUMBER.value,
    Outcome.CANCELLED.value,
    "not_found",
    Outcome.FAILED.value,
    Outcome.UNKNOWN.value,
)
ITEM_LABELS = {
    "found": "Found",
    "not_found": "Not found",
    "failed": "Failed",
    "cancelled": "Cancelled",
    "pending": "Pending",
}

# 16 is left out on purpose: it means a connected call, and without a connect time to bear it out
# nobody knows whether the customer was on the line, so such an attempt is unknown.
_BY_CAUSE = {
    "17": Outcome.BUSY,
    "5": Outcome.BUSY,
    "8": Outcome.BUSY,
    "18": Outcome.NO_ANSWER,
    "3": Outcome.NO_ANSWER,
    "9": Outcome.NO_ANSWER,
    "11": Outcome.NO_ANSWER,
    "-1": Outcome.CANCELLED,
    "6": Outcome.FAILED,
    "7": Outcome.FAILED,
    "10": Outcome.FAILED,
    "15": Outcome.FAILED,
    "12": Outcome.INVALID_NUMBER,
    "14": Outcome.INVALID_NUMBER,
    "13": Outcome.REJECTED,
}
# A do-not-disturb number, a number off the allowed list and a foreign number with foreign calls
# switched off are calls that a rule refused: rejected. Nothing broke, so they are not failed.
_BY_FLOW_STATUS = {
    "INVALID_CONTACT_NUMBER": Outcome.INVALID_NUMBER,
    "REJECTED": Outcome.REJECTED,
    "NCPR_CHECK_FAILED": Outcome.REJECTED,
    "PHONE_NOT_WHITELISTED": Outcome.REJECTED,
    "INTERNATIONAL_CALLS_DISABLED": Outcome.REJECTED,
    "FAILURE": Outcome.FAILED,
    "INVALID_CALL_START_TIME": Outcome.FAILED,
}


def attempt_outcome(attempt: object, *, flow_status: str = "") -> Outcome:
    """What became of one attempt; reads `connected_at` and `cause_code`. Never raises.

    A connect time makes it answered, whatever the cause. Else the cause decides, and an unknown
    cause is unknown. Only an attempt without a cause takes the call's flow status.
    """
    if getattr(attempt, "connected_at", None) is not None:
        return Outcome.ANSWERED
    code = getattr(attempt, "cause_code", "")
    if tidy_code(code):
        return _BY_CAUSE.get(known_code(code), Outcome.UNKNOWN)
    return _BY_FLOW_STATUS.get(tidy_status(flow_status), Outcome.UNKNOWN)


def call_outcome(outcomes: Sequence[Outcome], *, flow_status: str) -> Outcome:
    """What became of a call: answered if any attempt was, else as the last attempt; without
    attempts as the flow status says, else unknown."""
    if Outcome.ANSWERED in outcomes:
        return Outcome.ANSWERED
    if outcomes:
        return outcomes[-1]
    return _BY_FLOW_STATUS.get(tidy_status(flow_status), Outcome.UNKNOWN)


def outcome_label(value: str) -> str:
    """The word for any outcome value of a call, an attempt or an item: "Not found". A value
    that is neither comes back as it is."""
    try:
        return Outcome(value).label
    except ValueError:
        return ITEM_LABELS.get(value, value)
