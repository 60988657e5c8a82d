"""The change watch: a lookup's open calls are asked for again, less and less often.

A round asks for what may have news, never for a call that is final, and only as much as the team's
daily budget allows. The watch ends by itself once nothing is open, or after LONGEST.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils import timezone

from lookups import audit, lifecycle
from lookups.database.locks import WATCHING, only_one
from lookups.lifecycle import Refused, Retired
from lookups.lifecycle.progress import MAY_HAVE_NEWS
from lookups.models import Credential, Fetch, Lookup, LookupItem, Team, User

FIRST = timedelta(minutes=5)
GROWTH = 3
RAREST = timedelta(hours=24)
LONGEST = timedelta(days=14)
# Lookups that are looked at in one go: a worker has other things to do.
AT_ONCE = 50
BUDGET_PERIOD = timedelta(hours=24)
# A watch whose last call has become final ends with its round and not at its next one.
JUST_ENDED = timedelta(minutes=1)
# What a request of the watch failed on was open before it.
STILL_OPEN = MAY_HAVE_NEWS | Q(outcome=LookupItem.Outcome.FAILED, fetch__is_watch=True)

NOTHING_OPEN = "No call is open any more."
TOO_LONG = f"It went on for {LONGEST.days} days."
STOPPED = "{} stopped it."
BUDGET_SPENT = "Until then your team's budget for watching is used up: {:,} request{} a day."


def is_on() -> bool:
    """Whether lookups can be watched in this portal."""
    return settings.WATCH_REQUESTS_PER_DAY > 0


def interval(rounds: int) -> timedelta:
    """How long after that many rounds the next one comes: 5 min, 15 min, 45 min … 24 h."""
    times: int = GROWTH ** min(rounds, 9)
    return min(FIRST * times, RAREST)


def open_calls(lookup: Lookup) -> QuerySet[LookupItem]:
    """What a round may ask for: found while not final, not found, or failed in a round."""
    return lifecycle.to_ask(lookup, STILL_OPEN)


def start(lookup: Lookup, *, by: User) -> bool:
    """Watches the lookup from now on; whether it was not watched before. Raises Refused.

    A lookup without an open call is over with it at once, and says so.
    """
    if not is_on():
        raise Refused("Watching is switched off in this portal.")
    now = timezone.now()
    with transaction.atomic():
        lookup = lifecycle.lock_for_run(lookup)
        if lookup.watches:
            return False
        Lookup.objects.filter(pk=lookup.pk).update(
            next_watch_at=now + interval(0), watch_until=now + LONGEST,
            watch_rounds=0, watch_said="",
        )  # fmt: skip
        audit.record(
            audit.Event.LOOKUP_WATCH_STARTED, by=by, team=lookup.team, about=f"lookup {lookup.pk}"
        )
        if not lookup.is_running and not open_calls(lookup).exists():
            _end(lookup, NOTHING_OPEN)
    return True


def stop(lookup: Lookup, *, by: User) -> bool:
    """Watches the lookup no longer; whether it was watched. What was asked already still comes."""
    with transaction.atomic():
        return _end(lookup, STOPPED.format(by.display_name), by=by)


def _end(lookup: Lookup, why: str, *, by: User | None = None) -> bool:
    if not Lookup.objects.filter(pk=lookup.pk).end_watch(why):
        return False
    about = f"lookup {lookup.pk}"
    audit.record(audit.Event.LOOKUP_WATCH_STOPPED, by=by, team=lookup.team, about=about, why=why)
    return True


def ask_due(now: datetime | None = None) -> int:
    """Begins the rounds that are due and ends the watches that are over; how many rounds."""
    if not is_on():
        return 0
    now = now or timezone.now()
    begun = 0
    for lookup in _to_look_at(now):
        with transaction.atomic():
            # One round of a team at a time, so that counting its budget is exact.
            only_one(WATCHING, lookup.team_id)
            begun += _look(lookup, now)
    return begun


def _to_look_at(now: datetime) -> list[Lookup]:
    """Watched lookups at rest whose round is due, or whose run has just ended.

    One that still runs, or whose credential is paused, is looked at once it is at rest again.
    """
    watched = Lookup.objects.watched().exclude(status=Lookup.Status.RUNNING)
    watched = watched.filter(credential__state=Credential.State.ACTIVE)
    due = Q(next_watch_at__lte=now) | Q(ended_at__gte=now - JUST_ENDED)
    found = watched.filter(due).select_related("credential").order_by("next_watch_at", "pk")
    return list(found[:AT_ONCE])


def _look(lookup: Lookup, now: datetime) -> bool:
    """Begins the lookup's round, or ends its watch, or leaves it; whether a round began."""
    try:
        # Another worker with the same round waits here, and then finds that it has begun.
        lookup = lifecycle.lock_for_run(lookup)
    except Retired:
        return False
    next_at, until = lookup.next_watch_at, lookup.watch_until
    if next_at is None or until is None or lookup.is_running:
        return False
    if not open_calls(lookup).exists():
        _end(lookup, NOTHING_OPEN)
    elif now >= until:
        _end(lookup, TOO_LONG)
    elif now >= next_at:
        return _begin_round(lookup, now, until)
    return False


def _begin_round(lookup: Lookup, now: datetime, until: datetime) -> bool:
    watch = Lookup.objects.filter(pk=lookup.pk)
    left = budget_left(lookup.team, now)
    if left <= 0:
        budget = settings.WATCH_REQUESTS_PER_DAY
        said = BUDGET_SPENT.format(budget, "" if budget == 1 else "s")
        next_at = min(_budget_frees_at(lookup.team, now), until)
        watch.update(next_watch_at=next_at, watch_said=said)
        return False
    # A large lookup leaves something to the others; what was asked longest ago goes first.
    share = max(1, left // Lookup.objects.watched().filter(team=lookup.team).count())
    items = open_calls(lookup).order_by("fetch_id", "position").values_list("pk", flat=True)
    lifecycle.plan_again(lookup, list(items[: share * lookup.credential.batch_size]), is_watch=True)
    rounds = lookup.watch_rounds + 1
    next_at = min(now + interval(rounds), until)
    watch.update(watch_rounds=rounds, next_watch_at=next_at, watch_said="")
    return True


def budget_left(team: Team, now: datetime) -> int:
    """How many requests the team's watches may still send, counted from the ledger.

    Every try counts, and what waits to be sent counts as one.
    """
    spent = _spent(team, now).aggregate(
        sent=Sum("tries", default=0), waiting=Count("pk", filter=Q(tries=0))
    )
    left: int = settings.WATCH_REQUESTS_PER_DAY - spent["sent"] - spent["waiting"]
    return left


def _spent(team: Team, now: datetime) -> QuerySet[Fetch]:
    waits = Q(claimed_at=None, state__in=Fetch.OPEN)
    lately = Q(claimed_at__gt=now - BUDGET_PERIOD)
    return Fetch.objects.for_team(team).filter(waits | lately, is_watch=True).order_by()


def _budget_frees_at(team: Team, now: datetime) -> datetime:
    first = _spent(team, now).aggregate(first=Min("claimed_at"))["first"]
    soon = now + FIRST
    return max(first + BUDGET_PERIOD, soon) if first else soon
