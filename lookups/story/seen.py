"""One clean view of an attempt, whatever object it comes as.

The rest of the package speaks of attempts as database rows, as pulled records, or as anything with
the same attributes, where every attribute may be missing or odd. Here each is read once: what is
of the wrong kind or not plausible counts as not given, and nothing raises.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lookups.story.causes import tidy_code
from lookups.story.outcomes import Outcome, attempt_outcome
from lookups.story.words import one_line

# Outside these years a time is a slip, and shifting it between zones may overflow.
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_LONGEST_SECONDS = 10 * 86400.0
_KEYPAD = frozenset("0123456789*#ABCD")


@dataclass(frozen=True, slots=True)
class Seen:
    """An attempt as the story reads it. Times are aware and in order of their names."""

    number: int
    sent_number: int | None
    outcome: Outcome
    started_at: datetime | None
    ringing_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    ring_seconds: float | None
    talk_seconds: float | None
    cause_code: str
    ended_by: str
    keys: tuple[str, ...]
    recordings: tuple[str, ...]
    sms_status: str
    email_status: str

    @property
    def times(self) -> list[datetime]:
        """The times that were given, in the order start, ringing, connect, end."""
        four = (self.started_at, self.ringing_at, self.connected_at, self.ended_at)
        return [moment for moment in four if moment is not None]


def read_attempts(attempts: Iterable[object], *, flow_status: str = "") -> list[Seen]:
    """Every attempt in the order given, numbered by its own `number` or else by its place."""
    return [
        read_attempt(attempt, place=place, flow_status=flow_status)
        for place, attempt in enumerate(attempts, 1)
    ]


def read_attempt(attempt: object, *, place: int = 1, flow_status: str = "") -> Seen:
    """The attempt with everything odd left out. Its own `outcome` counts where it is one of
    ours; else it is worked out from the attempt and the flow status."""

    def of(name: str) -> Any:
        return getattr(attempt, name, None)

    connected, ended = plausible_moment(of("connected_at")), plausible_moment(of("ended_at"))
    ringing = plausible_moment(of("ringing_at"))
    return Seen(
        number=_ordinal(of("number")) or place,
        sent_number=_ordinal(of("sent_number")),
        outcome=_outcome(of("outcome")) or attempt_outcome(attempt, flow_status=flow_status),
        started_at=plausible_moment(of("started_at")),
        ringing_at=ringing,
        connected_at=connected,
        ended_at=ended,
        ring_seconds=_seconds(of("ring_seconds"), ringing, connected or ended),
        talk_seconds=_seconds(of("talk_seconds"), connected, ended),
        cause_code=tidy_code(of("cause_code")),
        ended_by=read_text(of("ended_by")).lower(),
        keys=_keys(of("dtmf")),
        recordings=_texts(of("recording_urls")),
        sms_status=read_text(of("sms_status")),
        email_status=read_text(of("email_status")),
    )


def read_text(value: object) -> str:
    """The text as one line; "" for anything that is no text."""
    return one_line(value) if isinstance(value, str) else ""


def plausible_moment(value: object) -> datetime | None:
    """The time when it is an aware one between 1990 and 2200, else None."""
    if not isinstance(value, datetime) or value.utcoffset() is None:
        return None
    return value if _EARLIEST <= value < _LATEST else None


def _seconds(value: object, start: datetime | None, end: datetime | None) -> float | None:
    if value is None and start is not None and end is not None:
        value = (end - start).total_seconds()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Comparing first keeps an integer too large for a float out of isfinite.
    plausible = 0 <= value <= _LONGEST_SECONDS and math.isfinite(value)
    return float(value) if plausible else None


def _ordinal(value: object) -> int | None:
    if isinstance(value, int):
        return int(value) if 0 < value < 10**6 else None
    text = read_text(value)
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        return None
    return int(text) or None


def _outcome(value: object) -> Outcome | None:
    try:
        return Outcome(str(value))
    except ValueError:
        return None


def _keys(value: object) -> tuple[str, ...]:
    text = " ".join(_texts(value)).upper()
    return tuple(character for character in text if character in _KEYPAD)


def _texts(value: object) -> tuple[str, ...]:
    many: Sequence[object] = value if isinstance(value, list | tuple) else (value,)
    return tuple(text for text in map(read_text, many) if text)
