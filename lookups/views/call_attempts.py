"""The attempts of a call as its page tells them: all of them, or of very many the last ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min
from django.utils import timezone

from lookups import story
from lookups.limits import SHOWN_ATTEMPTS, SHOWN_CAUSES
from lookups.models import Attempt, Call
from lookups.models.call import SentMessage
from lookups.views.shown import Shown, first


@dataclass(frozen=True)
class Told:
    """`attempts` are those that the page shows, in their order."""

    attempts: list[Attempt]
    stored: int
    """Attempts with a row of their own."""
    total: int
    """With those that stand in the raw JSON alone."""


def told(call: Call) -> Told:
    """The last SHOWN_ATTEMPTS attempts, and how many there are."""
    stored = call.attempts.count()
    last = call.attempts.defer("raw").order_by("-number")[:SHOWN_ATTEMPTS]
    return Told(list(last)[::-1], stored, stored + call.unread("attempts"))


def verdict(
    call: Any, attempts: Sequence[Any], messages: Sequence[SentMessage], stored: int
) -> str:
    """The verdict on all attempts that are stored, of which `attempts` are the last.

    Call, attempts and messages are rows, or Hidden where the verdict is to hold no number.
    """
    if stored > SHOWN_ATTEMPTS:
        return _of_many(call, attempts, messages)
    return story.verdict(
        attempts,
        flow_status=call.flow_status,
        zone=call.team.zoneinfo,
        now=timezone.now(),
        messages=messages,
        last_only=not call.is_whole,
    )


def _of_many(call: Any, attempts: Sequence[Any], messages: Sequence[SentMessage]) -> str:
    counts = call.attempts.order_by().values_list("outcome").annotate(Count("pk"))
    span = call.attempts.order_by().aggregate(first=Min("started_at"), last=Max("started_at"))
    return story.verdict_of_many(
        dict(counts),
        attempts[-1],
        between=(span["first"], span["last"]),
        flow_status=call.flow_status,
        zone=call.team.zoneinfo,
        now=timezone.now(),
        messages=messages,
    )


def causes(attempts: Iterable[Any]) -> Shown:
    """What the hang-up causes of the attempts say, the last attempt's first."""
    given = [one.cause_code for one in attempts if one.cause_code]
    codes = list(dict.fromkeys(reversed(given)))
    return first(map(story.cause, codes), SHOWN_CAUSES, total=len(codes))
