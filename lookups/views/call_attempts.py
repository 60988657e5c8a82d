"""The attempts of a call as its page tells them: all of them, or of very many the last ones."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Min
from django.utils import timezone

from lookups import story
from lookups.limits import SHOWN_ATTEMPTS, SHOWN_CAUSES
from lookups.models import Attempt, Call
from lookups.views.shown import Shown, first


@dataclass(frozen=True)
class Told:
    """`attempts` are those that the page shows, in their order."""

    attempts: list[Attempt]
    verdict: str
    stored: int
    """Attempts with a row of their own."""
    total: int
    """With those that stand in the raw JSON alone."""


def told(call: Call) -> Told:
    """The last SHOWN_ATTEMPTS attempts, and a verdict on all that are stored."""
    stored = call.attempts.count()
    last = call.attempts.defer("raw").order_by("-number")[:SHOWN_ATTEMPTS]
    attempts = list(last)[::-1]
    verdict = _verdict(call, attempts) if stored <= SHOWN_ATTEMPTS else _of_many(call, attempts)
    return Told(attempts, verdict, stored, stored + call.unread("attempts"))


def _verdict(call: Call, attempts: list[Attempt]) -> str:
    return story.verdict(
        attempts,
        flow_status=call.flow_status,
        zone=call.team.zoneinfo,
        now=timezone.now(),
        messages=call.sent_messages,
        last_only=not call.is_whole,
    )


def _of_many(call: Call, attempts: list[Attempt]) -> str:
    counts = call.attempts.order_by().values_list("outcome").annotate(Count("pk"))
    span = call.attempts.order_by().aggregate(first=Min("started_at"), last=Max("started_at"))
    return story.verdict_of_many(
        dict(counts),
        attempts[-1],
        between=(span["first"], span["last"]),
        flow_status=call.flow_status,
        zone=call.team.zoneinfo,
        now=timezone.now(),
        messages=call.sent_messages,
    )


def causes(attempts: Iterable[Attempt]) -> Shown:
    """What the hang-up causes of the attempts say, the last attempt's first."""
    given = [one.cause_code for one in attempts if one.cause_code]
    codes = list(dict.fromkeys(reversed(given)))
    return first(map(story.cause, codes), SHOWN_CAUSES, total=len(codes))
