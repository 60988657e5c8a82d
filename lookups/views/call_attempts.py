"""The attempts that the page of a call shows: all, or the last ones of very many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Sum
from django.db.models.functions import Length
from django.utils import timezone

from lookups import story
from lookups.limits import SHOWN_ATTEMPTS, SHOWN_CAUSES
from lookups.models import Attempt, Call
from lookups.models.call import SentMessage
from lookups.views.shown import Shown, first


@dataclass(frozen=True)
class _WithOutcome:
    """The attempts of a call that came to one outcome."""

    outcome: str
    count: int
    first: datetime | None
    last: datetime | None
    characters: int
    """The length of their raw JSON."""


@dataclass(frozen=True)
class Told:
    """What the page needs of the attempts. `attempts` are those that it shows, in their order."""

    attempts: list[Attempt]
    groups: list[_WithOutcome]
    unread: int
    """Attempts that stand in the raw JSON alone."""

    @property
    def stored(self) -> int:
        """How many attempts have a row of their own."""
        return sum(one.count for one in self.groups)

    @property
    def total(self) -> int:
        return self.stored + self.unread

    @property
    def raw_characters(self) -> int:
        """The length of the raw JSON of all that are stored."""
        return sum(one.characters for one in self.groups)


def told(call: Call) -> Told:
    """The last SHOWN_ATTEMPTS attempts of the call, and the counts of all its attempts."""
    # Their keys are read first, because the database would sort whole rows.
    last = call.attempts.order_by("-number").values_list("pk", flat=True)[:SHOWN_ATTEMPTS]
    attempts = list(Attempt.objects.filter(pk__in=list(last)).defer("raw").order_by("number"))
    return Told(attempts, _groups(call), call.unread("attempts"))


def _groups(call: Call) -> list[_WithOutcome]:
    """The counts by outcome, in one query."""
    rows = call.attempts.order_by().values("outcome")
    counted = rows.annotate(
        count=Count("pk"),
        first=Min("started_at"),
        last=Max("started_at"),
        characters=Sum(Length("raw")),
    )
    return [_WithOutcome(**row) for row in counted]


def verdict(told: Told, call: Any, attempts: Sequence[Any], messages: Sequence[SentMessage]) -> str:
    """The verdict on all attempts that are stored, of which `attempts` are the last.

    Call, attempts and messages are rows, or Hidden where the verdict is to hold no number.
    """
    if told.stored > SHOWN_ATTEMPTS:
        return _of_many(told.groups, call, attempts[-1], messages)
    return story.verdict(
        attempts,
        flow_status=call.flow_status,
        zone=call.team.zoneinfo,
        now=timezone.now(),
        messages=messages,
        last_only=not call.is_whole,
    )


def _of_many(
    groups: Sequence[_WithOutcome], call: Any, last: Any, messages: Sequence[SentMessage]
) -> str:
    starts = [one.first for one in groups if one.first]
    ends = [one.last for one in groups if one.last]
    return story.verdict_of_many(
        {one.outcome: one.count for one in groups},
        last,
        between=(min(starts, default=None), max(ends, default=None)),
        flow_status=call.flow_status,
        zone=call.team.zoneinfo,
        now=timezone.now(),
        messages=messages,
    )


def causes(attempts: Iterable[Any]) -> Shown:
    """What the hang-up causes of the attempts mean, that of the last attempt first."""
    given = [one.cause_code for one in attempts if one.cause_code]
    codes = list(dict.fromkeys(reversed(given)))
    return first(map(story.cause, codes), SHOWN_CAUSES, total=len(codes))
