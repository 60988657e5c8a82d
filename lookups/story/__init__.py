"""The story of a call: attempts in, outcome, cause in words, verdict and timeline geometry out.

Pure: no Django, no network, no clock of its own. Attempts and messages are read by attribute, so
database rows and pulled records do alike, and a missing or odd attribute counts as not given.
"""

from lookups.story.attempt_marks import Mark, marks, marks_of_outcomes
from lookups.story.causes import CAUSES, Cause, cause
from lookups.story.final import FINAL_RULE, is_final
from lookups.story.flow_status import NOT_FINAL, flow_status_label
from lookups.story.masking import CUT, cut, hides_number, mask_keys, mask_number, mask_text
from lookups.story.messages import message_status_word
from lookups.story.outcomes import (
    DISPLAY_ORDER,
    ITEM_LABELS,
    Outcome,
    attempt_outcome,
    call_outcome,
    outcome_label,
)
from lookups.story.phrases import hangup_by_label
from lookups.story.timeline import Timeline, timeline
from lookups.story.verdict import (
    short_verdict,
    short_verdict_of_many,
    verdict,
    verdict_of_many,
)
from lookups.story.words import count_word, ordinal, seconds_in_words, times_word

__all__ = [
    "CAUSES",
    "CUT",
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
    "cut",
    "flow_status_label",
    "hangup_by_label",
    "hides_number",
    "is_final",
    "marks",
    "marks_of_outcomes",
    "mask_keys",
    "mask_number",
    "mask_text",
    "message_status_word",
    "ordinal",
    "outcome_label",
    "seconds_in_words",
    "short_verdict",
    "short_verdict_of_many",
    "timeline",
    "times_word",
    "verdict",
    "verdict_of_many",
]
