"""Hang-up causes in words: what a code says, what it does not say, and how far to trust it.

The list is Phonon's own and not plain Q.850 (docs/pull-api.md). Codes that its documents list
twice, or whose numbers may be row numbers, have low trust and no sentence may build on them
alone; the raw code always stands beside the wording.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from lookups.story.words import one_line

Trust = Literal["high", "low", "none"]


@dataclass(frozen=True, slots=True)
class Cause:
    """One hang-up cause. `say` is a sentence for the customer, `try_next` one for the agent."""

    code: str  # as it came, trimmed; "16.0" is "16"
    word: str
    trust: Trust
    meaning: str
    say: str
    try_next: str

    @property
    def label(self) -> str:
        """ "18 · Ring timeout"; the word alone for an unknown or missing code, which is in it."""
        return f"{self.code} · {self.word}" if self.code and self.trust != "none" else self.word


_SAY_NOT_SURE = "Our records do not show clearly what happened. May I check the number with you?"
_CHECK_OTHERS = "Look at the other attempts before you rely on this one."

_TABLE: tuple[tuple[str, str, Trust, str, str, str], ...] = (
    (
        "16",
        "Normal clearing",
        "high",
        "The call was connected and ended in the ordinary way. It does not say who ended it, "
        "and without a connect time it does not prove that anybody answered.",
        "Our call reached you and ended normally.",
        "Nothing, unless the customer says that nobody spoke; then listen to the recording.",
    ),
    (
        "17",
        "Busy",
        "high",
        "The line was engaged. It does not say that the customer saw the call or refused it.",
        "We called, and your line was engaged.",
        "Call again in a few minutes, or use the alternate number.",
    ),
    (
        "5",
        "Busy",
        "high",
        "The line was engaged. It does not say that the customer saw the call or refused it.",
        "We called, and your line was engaged.",
        "Call again in a few minutes, or use the alternate number.",
    ),
    (
        "18",
        "Ring timeout",
        "high",
        "The phone rang and nobody picked up. It says nothing about the number being wrong.",
        "We called and it rang. Was the phone with you?",
        "Another hour, or the alternate number.",
    ),
    (
        "3",
        "Ring timeout",
        "high",
        "The phone rang and nobody picked up. It says nothing about the number being wrong.",
        "We called and it rang. Was the phone with you?",
        "Another hour, or the alternate number.",
    ),
    (
        "-1",
        "Cancelled",
        "high",
        "The first party dropped the call before the second answered. It does not say that the "
        "customer refused it; the customer's phone may not have rung.",
        "The call ended on our side before you could answer.",
        "Call again.",
    ),
    (
        "8",
        "Busy or congestion",
        "low",
        "Either the line was engaged or the network had no room; Phonon lists this code for both.",
        "We called and could not get through.",
        "Call again in a few minutes.",
    ),
    (
        "9",
        "Ring timeout",
        "low",
        "Probably nobody picked up. Without a ringing time it is not certain that the phone rang.",
        "We called and nobody answered.",
        "Another hour, or the alternate number.",
    ),
    (
        "10",
        "Congestion",
        "low",
        "Probably the network had no room for the call. It says nothing about the customer.",
        "We called and the network did not put us through.",
        "Call again in a few minutes.",
    ),
    (
        "6",
        "Failed",
        "low",
        "The call did not get through. It does not say why, nor that the number is wrong.",
        _SAY_NOT_SURE,
        _CHECK_OTHERS,
    ),
    (
        "7",
        "All channels busy",
        "low",
        "Probably Phonon had no free line. It says nothing about the customer's phone.",
        "Our lines were full, so the call may not have reached you.",
        "Call again. If many calls show this, ask Phonon about your channels.",
    ),
    (
        "11",
        "No user responding",
        "low",
        "Probably the phone did not respond: switched off, out of reach, or not picked up.",
        "We called and your phone did not respond.",
        "Another hour, or the alternate number.",
    ),
    (
        "12",
        "Unallocated number",
        "low",
        "Probably nobody has this number now. It may also be a passing fault of the operator.",
        "Our call could not reach this number. Is it still right?",
        "Check the number with the customer.",
    ),
    (
        "13",
        "User rejected",
        "low",
        "The call was refused somewhere on its way. It does not say that the customer declined "
        "it: a phone setting, a spam filter or the operator may have done so.",
        "We called and the call was not put through. Do you block unknown callers?",
        "Another hour, or the alternate number.",
    ),
    (
        "14",
        "Invalid number",
        "low",
        "Probably the number is not complete or not in a valid form.",
        "The number that we have may be wrong. May I check it with you?",
        "Check the number with the customer.",
    ),
    (
        "15",
        "Temporary failure",
        "low",
        "The network reported a passing fault. It says nothing about the customer.",
        "We called and the network did not put us through.",
        "Call again later.",
    ),
)
CAUSES = {row[0]: Cause(*row) for row in _TABLE}

# Names as FreeSWITCH-like switches write them. Phonon documents numbers only, so a word that
# turns up in their place is understood and never trusted.
_SWITCH_WORDS = {
    "NORMAL_CLEARING": "16",
    "USER_BUSY": "17",
    "NO_ANSWER": "18",
    "CALL_REJECTED": "13",
    "UNALLOCATED_NUMBER": "12",
    "ORIGINATOR_CANCEL": "-1",
}
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}(?:\.0{1,9})?")
_LONGEST_CODE = 40  # what a page shows of a code that is no code


def tidy_code(code: object) -> str:
    """The code without blanks and without ".0", at most 40 characters; "" for what is neither
    a text nor a plausible number."""
    if type(code) is str:
        return _tidy_text(code)
    # Python refuses to write out an integer of thousands of digits.
    odd = isinstance(code, bool) or (isinstance(code, int) and abs(code) >= 10**9)
    return _tidy_text(str(code)) if isinstance(code, str | int | float) and not odd else ""


# A reply tells hundreds of causes, and few that differ.
@lru_cache(maxsize=4096)
def _tidy_text(code: str) -> str:
    text = one_line(code)
    if _WHOLE.fullmatch(text):
        return str(int(text.partition(".")[0]))
    return text[:_LONGEST_CODE]


def known_code(code: object) -> str:
    """Phonon's number for the code or for a switch's word; "" when neither is known."""
    return _known_text(tidy_code(code))


@lru_cache(maxsize=4096)
def _known_text(tidy: str) -> str:
    number = _SWITCH_WORDS.get(tidy.upper().replace(" ", "_").replace("-", "_"), tidy)
    return number if number in CAUSES else ""


def cause(code: object) -> Cause:
    """What the hang-up cause says; trust "none" for a missing or unknown code. Never raises."""
    tidy = tidy_code(code)
    known = CAUSES.get(known_code(tidy))
    if known is None:
        return _no_cause(tidy)
    if tidy == known.code:
        return known
    return Cause(tidy, known.word, "low", known.meaning, known.say, known.try_next)


def _no_cause(code: str) -> Cause:
    word = f"Unknown cause ({code})" if code else "No cause given"
    reason = "This code is not in Phonon's list." if code else "Phonon gave no cause."
    return Cause(
        code,
        word,
        "none",
        f"{reason} It says nothing about the customer.",
        _SAY_NOT_SURE,
        _CHECK_OTHERS,
    )
