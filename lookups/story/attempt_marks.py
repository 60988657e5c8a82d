"""A call as a row of small marks, one per attempt, so that a table can be read at a glance."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from lookups.story.outcomes import Outcome
from lookups.story.phrases import phrase
from lookups.story.seen import read_attempts

Shape = Literal["disc", "ring", "cross", "dash", "more"]
MOST_MARKS = 8

_SHAPES: dict[Outcome, Shape] = {
    Outcome.ANSWERED: "disc",
    Outcome.NO_ANSWER: "ring",
    Outcome.BUSY: "cross",
    Outcome.REJECTED: "cross",
    Outcome.INVALID_NUMBER: "cross",
    Outcome.FAILED: "cross",
    Outcome.CANCELLED: "dash",
    Outcome.UNKNOWN: "dash",
}


class Mark(NamedTuple):
    """One mark. `title` is text for people who do not see it: "Attempt 2: rang 30 s, not picked
    up". For the shape "more" the outcome is None and `title` counts what it stands for, while
    `text` is "+3"; for the others `text` is ""."""

    shape: Shape
    outcome: Outcome | None
    title: str
    text: str = ""


def marks(attempts: Iterable[object], *, flow_status: str = "") -> list[Mark]:
    """The first eight attempts as marks, and for the rest one "more"; [] without attempts."""
    seen = read_attempts(attempts, flow_status=flow_status)
    told = []
    for one in seen:
        label = phrase(one, flow_status=flow_status, is_last=one is seen[-1]).label
        told.append((one.outcome, f"Attempt {one.number}: {label}"))
    return _at_most_eight(told)


def marks_of_outcomes(outcomes: Iterable[str], *, count: int | None = None) -> list[Mark]:
    """The same from the outcomes alone, for lists that do not read the attempts; the titles say
    only the outcome: "Attempt 2: no answer". A value that is no outcome counts as unknown.

    Of very many attempts the first outcomes are enough, and their `count`.
    """
    known = [
        Outcome(value) if value in _SHAPES else Outcome.UNKNOWN for value in map(str, outcomes)
    ]
    told = [(one, f"Attempt {place}: {one.label.lower()}") for place, one in enumerate(known, 1)]
    if count is None or count <= len(told):
        return _at_most_eight(told)
    rest = count - len(told[:MOST_MARKS])
    more = Mark("more", None, f"{rest:,} more", f"+{rest:,}")
    return [*_at_most_eight(told[:MOST_MARKS]), more]


def _at_most_eight(told: Sequence[tuple[Outcome, str]]) -> list[Mark]:
    found = [Mark(_SHAPES[outcome], outcome, title) for outcome, title in told[:MOST_MARKS]]
    rest = Counter(outcome for outcome, _ in told[MOST_MARKS:])
    if rest:
        counts = ", ".join(f"{outcome.label.lower()} {rest[outcome]}" for outcome in rest)
        found.append(Mark("more", None, f"{rest.total():,} more: {counts}", f"+{rest.total():,}"))
    return found
