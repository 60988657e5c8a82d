"""What one attempt came to, in the four grammatical shapes that sentences and labels need.

A cause of low trust is reported, never asserted: its shapes say "reported" or "not certain" and
carry the code. No shape ever says that the customer declined.
"""

from dataclasses import dataclass

from lookups.story.causes import cause
from lookups.story.flow_status import IN_PROGRESS, tidy_status
from lookups.story.outcomes import Outcome
from lookups.story.seen import Seen
from lookups.story.words import listed, seconds_in_words

_MOST_KEYS_TOLD = 4  # more than that is a PIN or a card number, and does not belong in a ticket

HANGUP_BY = {"customer": "Customer", "agent": "Agent", "system": "System"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """The same fact as `alone` ("it rang for 28 s and was not picked up"), `clause` ("it rang
    out"), `count` ("rang out", before "twice") and `label` ("rang 28 s, not picked up").

    `suffix` is " (code 13, not certain)" or "", and goes after `alone`, `clause` and a
    count. `only_once` is a fact that no count goes with.
    """

    alone: str
    clause: str
    count: str
    label: str
    suffix: str = ""
    only_once: bool = False

    @property
    def kind(self) -> tuple[str, str]:
        """Equal for attempts that one clause can tell together."""
        return self.count, self.suffix


def phrase(seen: Seen, *, flow_status: str, is_last: bool) -> Phrase:
    """The shapes for an attempt that was not answered, and plain ones for one that was."""
    if seen.outcome is Outcome.ANSWERED:
        return Phrase("it was answered", "it was answered", "answered", answered_label(seen))
    if is_open(seen, flow_status=flow_status, is_last=is_last):
        progress = "still in progress when pulled"
        return Phrase(
            f"it was {progress}", f"it was {progress}", progress, progress, only_once=True
        )
    if seen.outcome is Outcome.NO_ANSWER:
        return _no_answer(seen)
    if seen.outcome is Outcome.UNKNOWN:
        return _unknown(seen)
    return _refused(seen)


def is_open(seen: Seen, *, flow_status: str, is_last: bool) -> bool:
    """Whether the attempt was under way: the last of a call in progress, started, not ended and
    without a cause. Without the flow status a missing end is only a missing end."""
    begun = bool(seen.times) and seen.ended_at is None and not seen.cause_code
    return begun and is_last and tidy_status(flow_status) == IN_PROGRESS


def _no_answer(seen: Seen) -> Phrase:
    rang = seen.ringing_at is not None or cause(seen.cause_code).trust == "high"
    if not rang:
        words = "was not answered"
        label = "not answered" + (", not certain" if seen.cause_code else "")
        return Phrase(f"it {words}", f"it {words}", "not answered", label, _suffix(seen))
    length = seconds_in_words(seen.ring_seconds)
    alone = f"it rang for {length} and was not picked up" if length else "it rang out"
    label = f"rang {length}, not picked up" if length else "rang, not picked up"
    return Phrase(alone, "it rang out", "rang out", label)


def _unknown(seen: Seen) -> Phrase:
    known = cause(seen.cause_code)
    told = f" ({known.label})" if known.trust != "none" else ""
    if known.trust == "none" and known.code:
        told = f" (unknown cause {known.code})"
    alone = f"what became of it is not known{told}"
    label = f"outcome not known{told}"
    return Phrase(alone, "what became of it is not known", "outcome not known", label)


_SURE = {
    Outcome.BUSY: ("the line was busy", "busy", "busy"),
    Outcome.CANCELLED: (
        "it was cancelled before it was answered",
        "cancelled",
        "cancelled before an answer",
    ),
}
_REPORTED = {
    Outcome.BUSY: ("Phonon reported it busy", "reported busy", "reported busy"),
    Outcome.CANCELLED: ("Phonon reported it cancelled", "reported cancelled", "reported cancelled"),
    Outcome.REJECTED: ("Phonon reported it rejected", "reported rejected", "reported rejected"),
    Outcome.INVALID_NUMBER: (
        "Phonon reported the number as invalid",
        "number reported invalid",
        "number reported invalid",
    ),
    Outcome.FAILED: ("Phonon reported that it failed", "reported failed", "reported failed"),
}


def _refused(seen: Seen) -> Phrase:
    sure = _SURE.get(seen.outcome) if cause(seen.cause_code).trust == "high" else None
    clause, count, label = sure or _REPORTED[seen.outcome]
    suffix = _suffix(seen)
    length = seconds_in_words(seen.ring_seconds) if seen.ringing_at is not None else ""
    rang = f"rang {length}, " if length else ""
    return Phrase(clause, clause, count, rang + label + (", not certain" if suffix else ""), suffix)


def _suffix(seen: Seen) -> str:
    known = cause(seen.cause_code)
    return f" (code {known.code}, not certain)" if known.trust == "low" else ""


def answered_for(seen: Seen) -> str:
    """ "answered for 42 s", or "answered" where the talk time is not known."""
    length = seconds_in_words(seen.talk_seconds)
    return f"answered for {length}" if length else "answered"


def what_then(seen: Seen, *, in_progress: bool) -> str:
    """What happened on an answered attempt and how it ended: "the customer pressed 1 and hung
    up", "the system hung up", "no end time was given"; "" when nothing is known."""
    pressed = f"the customer pressed {_keys(seen)}" if seen.keys else ""
    if in_progress:
        end = "it was still in progress when pulled"
    elif seen.ended_by == "customer" and pressed:
        return f"{pressed} and hung up"
    elif seen.ended_by in HANGUP_BY:
        end = f"the {seen.ended_by} hung up"
        return f"{pressed}, then {end}" if pressed else end
    else:
        end = "" if seen.ended_at or seen.talk_seconds is not None else "no end time was given"
    return " and ".join(part for part in (pressed, end) if part)


def answered_label(seen: Seen) -> str:
    """ "talked 42 s, pressed 1, customer hung up"."""
    length = seconds_in_words(seen.talk_seconds)
    parts = [f"talked {length}" if length else "answered"]
    if seen.keys:
        parts.append(f"pressed {_keys(seen)}")
    if seen.ended_by in HANGUP_BY:
        parts.append(f"{seen.ended_by} hung up")
    return ", ".join(parts)


def _keys(seen: Seen) -> str:
    if len(seen.keys) > _MOST_KEYS_TOLD:
        return f"{len(seen.keys)} keys"
    return listed(seen.keys)


def hangup_by_label(ended_by: str) -> str:
    """ "Customer", "Agent", "System"; "" for none, and anything else as it came."""
    return HANGUP_BY.get(ended_by.strip().lower(), ended_by.strip())
