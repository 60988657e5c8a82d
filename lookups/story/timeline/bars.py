"""The bars of one attempt: connecting, ringing, talking, one after the other on the time axis."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lookups.story.seen import Seen
from lookups.story.timeline.axis import Axis
from lookups.story.words import seconds_in_words

Phase = Literal["connecting", "ringing", "talking"]
LEAST_WIDTH = 3.0  # user units: a phase of a second on an axis of days can still be seen
BAR_GAP = 1.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One phase. x and width in user units, x the left edge; `open` when no end was given."""

    phase: Phase
    x: float
    width: float
    title: str  # "ringing 28 s"
    open: bool = False

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width


_Stretch = tuple[Phase, datetime, datetime | None]


def bars(seen: Seen, axis: Axis) -> tuple[Bar, ...]:
    """The attempt's bars from left to right, none overlapping; () when it has no times.

    Each is at least LEAST_WIDTH wide and starts no earlier than the one before ends, so at the
    right end of the axis three short phases may reach up to 12 units past it.
    """
    made: list[Bar] = []
    for phase, start, end in _stretches(seen):
        x = axis.x(start)
        if made:
            x = max(x, made[-1].right + BAR_GAP)
        width = max(axis.x(end or start) - x, LEAST_WIDTH)
        length = seconds_in_words((end - start).total_seconds()) if end else "no end given"
        made.append(Bar(phase, round(x, 2), round(width, 2), f"{phase} {length}", end is None))
    return tuple(made)


def _stretches(seen: Seen) -> list[_Stretch]:
    """The phases with their ends. A time that lies before the one it should follow is drawn at
    that one: a bar never runs backwards."""
    marks: list[tuple[Phase, datetime]] = []
    given: tuple[tuple[Phase, datetime | None], ...] = (
        ("connecting", seen.started_at),
        ("ringing", seen.ringing_at),
        ("talking", seen.connected_at),
    )
    for phase, moment in given:
        if moment is not None:
            marks.append((phase, max(moment, marks[-1][1]) if marks else moment))
    if not marks:
        return [("connecting", seen.ended_at, seen.ended_at)] if seen.ended_at else []
    end = max(seen.ended_at, marks[-1][1]) if seen.ended_at else None
    ends = [moment for _, moment in marks[1:]] + [end]
    found: list[_Stretch] = [
        (phase, start, stop) for (phase, start), stop in zip(marks, ends, strict=True)
    ]
    # A phase that took no time is left out, but not the last: an attempt always shows.
    return [stretch for stretch in found[:-1] if stretch[1] != stretch[2]] + found[-1:]
