"""The attempts of a call in order, and what lists and search need to know of them all."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from lookups import story
from lookups.recording.stored import AttemptLike, NumberedAttempt

LONG_AGO = datetime.min.replace(tzinfo=UTC)
MOST = 2_000_000_000


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


def numbered(attempts: Iterable[tuple[story.Outcome, AttemptLike]]) -> list[NumberedAttempt]:
    """The attempts in order.

    Phonon's own numbers count when each attempt has one; reports print the last as FINAL, so else
    the order of their starts does.
    """
    found = list(attempts)
    sent = [attempt.sent_number for _, attempt in found]
    if all(text.isascii() and text.isdigit() and text != "0" for text in sent):
        numbers = [min(int(text), MOST) for text in sent]
        if len(set(numbers)) == len(numbers):
            with_number = [NumberedAttempt(n, *one) for n, one in zip(numbers, found, strict=True)]
            return sorted(with_number, key=lambda attempt: attempt.number)
    if len(found) > 1:
        found.sort(key=_by_start)
    return [NumberedAttempt(number, *one) for number, one in enumerate(found, start=1)]


def _by_start(pair: tuple[story.Outcome, AttemptLike]) -> tuple[bool, datetime, str]:
    """Earliest first; those without a start stay last, in the order in which they came."""
    _, attempt = pair
    if attempt.started_at is None:
        return True, LONG_AGO, ""
    return False, attempt.started_at, attempt.key


def summed(
    numbered_attempts: Sequence[NumberedAttempt], *, flow_status: str, fetched_at: datetime
) -> Summed:
    """What the attempts, in order, come to."""
    outcomes = [each.outcome for each in numbered_attempts]
    attempts = [each.attempt for each in numbered_attempts]
    last = attempts[-1] if attempts else None
    talks = [each.talk_seconds for each in attempts if each.talk_seconds is not None]
    starts = [each.started_at for each in attempts if each.started_at]
    return Summed(
        outcome=story.call_outcome(outcomes, flow_status=flow_status),
        attempt_outcomes=list(map(str, outcomes)),
        last_attempt_at=max(starts, default=None),
        cause_code=last.cause_code if last else "",
        ended_by=last.ended_by if last else "",
        customer_number=last.customer_number if last else "",
        did_number=last.did_number if last else "",
        dtmf=" ".join(each.dtmf for each in attempts if each.dtmf),
        talk_seconds=max(talks, default=None),
        is_final=story.is_final(flow_status, last.ended_at if last else None, fetched_at),
    )
