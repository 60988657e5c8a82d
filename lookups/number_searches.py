"""Searches for whole numbers: the audit notes each, and a person may make so many an hour."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from lookups import audit, search
from lookups.models import AuditEvent, Team, User

EVENT = audit.Event.NUMBERS_SEARCHED
_HOUR = timedelta(hours=1)
_SWITCHED_OFF = (
    "Searches by 8 digits and more are switched off in this portal. Search by the last 4 digits."
)
_TOO_MANY = (
    "This search holds {count} numbers, and a person may search for {limit} an hour. Use fewer."
)
_LATER = (
    "You have searched for {count} numbers within an hour, and {limit} are the most. You can go on "
    "at {time}; the last 4 digits of a number can be searched for meanwhile."
)


def note(query: search.Query, *, by: User, team: Team) -> None:
    """Notes the numbers that the query is about to be searched for, as fingerprints.

    The same number counts once within an hour, so the next page of a search and its export are
    free. Raises SearchError beyond NUMBER_SEARCHES_AN_HOUR.
    """
    sought = search.fingerprints(query)
    if not sought:
        return
    with transaction.atomic():
        # Two searches of one person at a time would both find room for one more.
        User.objects.select_for_update().get(pk=by.pk)
        noted = _of_the_last_hour(by)
        new = [one for one in sought if one not in noted]
        if new:
            _check(sorted(noted.values()), len(new), team)
            audit.record(EVENT, by=by, team=team, about="calls", numbers=" ".join(new))


def _of_the_last_hour(by: User) -> dict[str, datetime]:
    """Fingerprints of numbers with the time when each was searched for."""
    events = AuditEvent.objects.filter(
        event=EVENT, by=by.username, at__gt=timezone.now() - _HOUR
    ).values_list("facts", "at")
    return {one: at for facts, at in events for one in facts["numbers"].split()}


def _check(times: list[datetime], count: int, team: Team) -> None:
    """Raises SearchError when there is no room for `count` more beside those of these times."""
    limit = settings.NUMBER_SEARCHES_AN_HOUR
    if limit == 0:
        raise search.SearchError(_SWITCHED_OFF)
    if count > limit:
        raise search.SearchError(_TOO_MANY.format(count=count, limit=limit))
    too_many = len(times) + count - limit
    if too_many > 0:
        free_at = (times[too_many - 1] + _HOUR).astimezone(team.zoneinfo)
        # The minute after, as it says no seconds.
        time = f"{free_at + timedelta(minutes=1):%H:%M}"
        raise search.SearchError(_LATER.format(count=len(times), limit=limit, time=time))
