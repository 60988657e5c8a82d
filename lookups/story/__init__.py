"""The story of a call: attempts in, outcome, cause in words, verdict and timeline geometry out.

Pure: no Django, no network, no clock of its own. Attempts and messages are read by attribute, so
database rows and pulled records do alike, and a missing or odd attribute counts as not given.
"""

from .causes import CAUSES, Cause, cause
from .final import FINAL_RULE, is_final
from .flow import NOT_FINAL, flow_status_label
from .marks import Mark, marks, marks_of_outcomes
from .masking import mask_number, mask_text
from .messages import message_status_word
from .outcomes import (
    DISPLAY_ORDER,
    ITEM_LABELS,
    Outcome,
    attempt_outcome,
    call_outcome,
    outcome_label,
)
from .phrases import hangup_by_label
from .timeline import Timeline, timeline
from .verdict import short_verdict, verdict
from .words import count_word, ordinal, seconds_in_words, times_word

__all__ = [
    "CAUSES",
    "DISPLAY_ORDER",
    "FINAL_RULE",
    "ITEM_LABELS",
    "NOT_FINAL",
    "Cause",
    "Mark",
    "Outcome",
    "Timeline",
    "attempt_outcome",
    "call_outcome",
    "cause",
    "count_word",
    "flow_status_label",
    "hangup_by_label",
    "is_final",
    "marks",
    "marks_of_outcomes",
    "mask_number",
    "mask_text",
    "message_status_word",
    "ordinal",
    "outcome_label",
    "seconds_in_words",
    "short_verdict",
    "timeline",
    "times_word",
    "verdict",
]
