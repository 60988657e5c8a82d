"""What a lookup has come to, counted from its items and requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from lookups.lifecycle.delays import Wait
from lookups.models import Attempt, Credential, Fetch, Lookup, LookupItem
from lookups.story import seconds_in_words

OUTCOMES = [outcome.value for outcome in LookupItem.Outcome]


MAY_HAVE_NEWS = Q(outcome=LookupItem.Outcome.NOT_FOUND) | Q(
    outcome=LookupItem.Outcome.FOUND, call__is_final=False
)
HAS_FAILED = Q(outcome__in=[LookupItem.Outcome.FAILED, LookupItem.Outcome.CANCELLED])


@dataclass(frozen=True)
class Progress:
    """The sums of one lookup; unique = found + not_found + failed + cancelled + pending."""

    found: int
    not_found: int
    failed: int
    cancelled: int
    pending: int
    requests: int
    open_requests: int
    in_flight: int
    planned_requests: int
    answered_calls: int
    """UUIDs that Phonon has answered in the present run."""
    seconds: float

    @property
    def ended(self) -> int:
        return self.found + self.not_found + self.failed + self.cancelled

    @property
    def unique(self) -> int:
        return self.ended + self.pending

    @property
    def share(self) -> float:
        """The part of the unique UUIDs that have ended, 0 to 1."""
        return self.ended / max(self.unique, 1)

    @property
    def calls_a_minute(self) -> int:
        """At the pace of the present run so far; 0 while nobody can say."""
        return round(60 * self.answered_calls / self.seconds) if self.seconds > 1 else 0


def progress_of(lookup: Lookup) -> Progress:
    """The progress at this moment, from the ledger.

    `requests` counts every try, `seconds` the time of the present run.
    """
    return progress_of_all([lookup])[lookup.pk]


def progress_of_all(lookups: Sequence[Lookup]) -> dict[int, Progress]:
    """The progress of several lookups, by key, for the price of one."""
    ids = [lookup.pk for lookup in lookups]
    items = {pk: dict.fromkeys(OUTCOMES, 0) for pk in ids}
    unique = LookupItem.objects.filter(lookup__in=ids, kind=LookupItem.Kind.UNIQUE).order_by()
    for pk, outcome, count in unique.values_list("lookup", "outcome").annotate(Count("pk")):
        items[pk][outcome] = count
    requests = _requests_of(ids)
    for one in lookups:
        # Entries that are not items yet are pending, or cancelled with their lookup.
        is_cancelled = one.status == Lookup.Status.CANCELLED
        rest = Lookup.Status.CANCELLED if is_cancelled else LookupItem.Outcome.PENDING
        items[one.pk][rest] += one.unique - sum(items[one.pk].values())
    return {one.pk: _progress(one, items[one.pk], requests.get(one.pk)) for one in lookups}


def _requests_of(ids: list[int]) -> dict[int, dict[str, Any]]:
    is_open = Q(state__in=Fetch.OPEN)
    rows = Fetch.objects.filter(lookup__in=ids).order_by().values("lookup")
    counted = rows.annotate(
        requests=Sum("tries", default=0),
        open_requests=Count("pk", filter=is_open),
        in_flight=Count("pk", filter=Q(state=Fetch.State.CLAIMED, is_in_flight=True)),
        planned_requests=Count("pk", filter=~Q(state=Fetch.State.SPLIT)),
        answered_calls=Sum(
            "uuid_count",
            filter=Q(state=Fetch.State.DONE, ended_at__gte=F("lookup__started_at")),
            default=0,
        ),
    )
    return {
        row["lookup"]: {name: value for name, value in row.items() if name != "lookup"}
        for row in counted
    }


def _progress(lookup: Lookup, items: dict[str, int], requests: dict[str, Any] | None) -> Progress:
    requests = requests or dict.fromkeys(
        ["requests", "open_requests", "in_flight", "planned_requests", "answered_calls"], 0
    )
    seconds = ((lookup.ended_at or timezone.now()) - lookup.started_at).total_seconds()
    return Progress(**items, **requests, seconds=seconds)


def as_json(lookup: Lookup) -> dict[str, object]:
    """The summary that `manage.py lookup --json` prints; seconds from submission to the end."""
    progress = progress_of(lookup)
    return {
        "lookup": lookup.pk,
        "status": status(lookup),
        **{name: getattr(lookup, name) for name in INPUT_COUNTS},
        **{name: getattr(progress, name) for name in OUTCOME_COUNTS},
        "attempts": Attempt.objects.filter(call__in=lookup.items.values("call")).count(),
        "requests": progress.requests,
        "seconds": round(progress.seconds, 3),
    }


INPUT_COUNTS = ["entries", "unique", "duplicates", "rejected", "blank"]
OUTCOME_COUNTS = ["found", "not_found", "failed", "cancelled", "pending"]


def status(lookup: Lookup) -> str:
    """running, waiting (the credential is paused), done or cancelled."""
    if lookup.is_running and lookup.credential.state == Credential.State.PAUSED:
        return "waiting"
    return lookup.status


def expected(lookup_requests: int, credential: Credential) -> timedelta:
    """How long that many requests take at the credential's limits and Phonon's usual pace."""
    each = (credential.average_milliseconds or 1000) / 1000
    at_once = min(credential.max_concurrent, max(lookup_requests, 1))
    seconds = -(-lookup_requests // at_once) * each
    if credential.requests_per_minute:
        seconds = max(seconds, (lookup_requests - 1) * 60 / credential.requests_per_minute)
    return timedelta(seconds=seconds)


def time_left_words(
    lookup: Lookup, progress: Progress, waits: Sequence[Wait], *, nobody_works: bool
) -> str:
    """How long the rest takes, from Phonon's pace and from what waits: "about 40 s left".

    "at least 12 min left" where something waits for longer than the pace needs, and no time but
    the reason where a person is needed first. "" while nobody can say: the pace is known once
    Phonon has answered and all entries are placed.
    """
    if not progress.open_requests:
        return ""
    if status(lookup) == "waiting":
        return "goes on when the credential is resumed"
    if nobody_works and not progress.in_flight:
        return "starts when a worker runs"
    is_known = lookup.is_placed and lookup.credential.average_milliseconds is not None
    pace = expected(progress.open_requests, lookup.credential) if is_known else timedelta()
    now = timezone.now()
    wait = max((one.until - now for one in waits), default=timedelta())
    if wait > pace:
        return f"at least {_at_least_a_second(wait)} left"
    return f"about {_at_least_a_second(pace)} left" if is_known else ""


def _at_least_a_second(length: timedelta) -> str:
    return seconds_in_words(max(1, length.total_seconds()))


def refreshable(lookup: Lookup) -> int:
    """Items that may have news: not found, or found while the call was not final."""
    return lookup.items.filter(MAY_HAVE_NEWS, kind=LookupItem.Kind.UNIQUE).count()
