"""The attempts of a call in order, and what lists and search need to know of them all."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from lookups import story
from lookups.pull import AttemptRecord

LONG_AGO = datetime.min.replace(tzinfo=UTC)
MOST = 2_000_000_000


class Kept(NamedTuple):
    """An attempt that was stored before."""

    id: int
    call_id: int
    number: int
    outcome: str
    key: str
    sent_number: str
    started_at: datetime | None
    ended_at: datetime | None
    talk_seconds: float | None
    cause_code: str
    ended_by: str
    customer_number: str
    did_number: str
    dtmf: str
    ringing_at: datetime | None
    connected_at: datetime | None
    ring_seconds: float | None
    agent_number: str
    sms_status: str
    email_status: str


Told = AttemptRecord | Kept
"""An attempt as the sums read it: as it was pulled just now, or as it was stored before."""


class Placed(NamedTuple):
    """An attempt with its number from 1 and its outcome."""

    number: int
    outcome: story.Outcome
    told: Told


class Summed(NamedTuple):
    """Of all attempts of a call."""

    outcome: story.Outcome
    attempt_outcomes: list[str]
    last_attempt_at: datetime | None
    cause_code: str
    ended_by: str
    customer_number: str
    did_number: str
    dtmf: str
    talk_seconds: float | None
    is_final: bool


def numbered(attempts: Iterable[tuple[story.Outcome, Told]]) -> list[Placed]:
    """The attempts in order.

    Phonon's own numbers count when each attempt has one; reports print the last as FINAL, so else
    the order of their starts does.
    """
    found = list(attempts)
    sent = [told.sent_number for _, told in found]
    if all(text.isascii() and text.isdigit() and text != "0" for text in sent):
        numbers = [min(int(text), MOST) for text in sent]
        if len(set(numbers)) == len(numbers):
            placed = [Placed(n, *one) for n, one in zip(numbers, found, strict=True)]
            return sorted(placed, key=lambda one: one.number)
    if len(found) > 1:
        found.sort(key=_by_start)
    return [Placed(number, *one) for number, one in enumerate(found, start=1)]


def _by_start(one: tuple[story.Outcome, Told]) -> tuple[bool, datetime, str]:
    """Earliest first; those that tell no start stay last, in the order in which they came."""
    _, told = one
    if told.started_at is None:
        return True, LONG_AGO, ""
    return False, told.started_at, told.key


def summed(attempts: Sequence[Placed], *, flow_status: str, fetched_at: datetime) -> Summed:
    """What the attempts, in order, come to."""
    outcomes = [one.outcome for one in attempts]
    last = attempts[-1].told if attempts else None
    talks = [one.told.talk_seconds for one in attempts if one.told.talk_seconds is not None]
    starts = [one.told.started_at for one in attempts if one.told.started_at]
    return Summed(
        outcome=story.call_outcome(outcomes, flow_status=flow_status),
        attempt_outcomes=list(map(str, outcomes)),
        last_attempt_at=max(starts, default=None),
        cause_code=last.cause_code if last else "",
        ended_by=last.ended_by if last else "",
        customer_number=last.customer_number if last else "",
        did_number=last.did_number if last else "",
        dtmf=" ".join(one.told.dtmf for one in attempts if one.told.dtmf),
        talk_seconds=max(talks, default=None),
        is_final=story.is_final(flow_status, last.ended_at if last else None, fetched_at),
    )
