"""Why the rest of a running lookup is not asked for at this moment, from the ledger."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min
from django.utils import timezone

from lookups.models import Fetch, Lookup


@dataclass(frozen=True)
class Wait:
    """What waits, why, and until when at the longest."""

    what: str
    why: str
    until: datetime


def delays_of(lookup: Lookup) -> list[Wait]:
    """The waits of this moment, those of the credential first; [] while nothing keeps it back."""
    now = timezone.now()
    return [*_of_credential(lookup, now), *_of_requests(lookup, now)]


def _of_credential(lookup: Lookup, now: datetime) -> list[Wait]:
    credential = lookup.credential
    if not lookup.fetches.filter(state=Fetch.State.QUEUED).exists():
        return []
    if credential.is_resting(now):
        failures = credential.failures_in_a_row
        why = (
            f"Phonon failed {failures} times in a row. One request goes first then, to see whether "
            "it is well again."
            if credential.is_broken
            else "Phonon asked the portal to slow down."
        )
        return [Wait(f"The credential {credential} rests.", why, credential.open_until)]
    if credential.requests_per_minute and credential.next_slot_at > now:
        limit = credential.requests_per_minute
        why = f"No more than {limit:,} request{'s' if limit > 1 else ''} a minute are sent with it."
        return [
            Wait(f"The credential {credential} keeps to its rate.", why, credential.next_slot_at)
        ]
    return []


def _of_requests(lookup: Lookup, now: datetime) -> list[Wait]:
    """Requests that wait for another try, by what went wrong."""
    queued = lookup.fetches.filter(state=Fetch.State.QUEUED, not_before__gt=now)
    told = queued.order_by().values("said").annotate(count=Count("pk"), first=Min("not_before"))
    return [
        Wait(f"{_requests(one['count'])} for another try.", one["said"], one["first"])
        for one in told.order_by("-count")
    ]


def _requests(count: int) -> str:
    return "1 request waits" if count == 1 else f"{count:,} requests wait"
