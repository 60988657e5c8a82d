"""Which items a request asks for, and how they and their lookup end."""

from collections.abc import Sequence

from django.db import models
from django.db.models import F, QuerySet
from django.utils import timezone

from lookups.models import Credential, Fetch, Lookup, LookupItem


def plan(
    lookup: Lookup, item_ids: Sequence[int], *, lookup_requests: int, is_watch: bool = False
) -> Fetch:
    """One new request for these items of the lookup, waiting to be claimed.

    An item that was found before keeps its call until there is news.
    """
    fetch = Fetch.objects.create(
        team_id=lookup.team_id,
        lookup=lookup,
        credential_id=lookup.credential_id,
        uuid_count=len(item_ids),
        lookup_requests=lookup_requests,
        is_watch=is_watch,
    )
    LookupItem.objects.filter(pk__in=item_ids).update(
        fetch=fetch, outcome=LookupItem.Outcome.PENDING, reason=""
    )
    return fetch


def fill(lookup: Lookup, uuids: int, *, lookup_requests: int, is_last: bool) -> list[int]:
    """The request of each of the next `uuids` UUIDs of a lookup, by its key, in order.

    Requests are filled one after the other and may be claimed once they are full. One that is not
    stays planned and is filled on by the next call, unless this one `is_last`.
    """
    size = lookup.credential.batch_size
    begun = Fetch.objects.filter(lookup=lookup, state=Fetch.State.PLANNED).first()
    room = min(max(size - begun.uuid_count, 0), uuids) if begun else 0
    if begun:
        begun.uuid_count += room
        begun.state = _filled(begun, size, is_last=is_last)
        begun.save(update_fields=["uuid_count", "state"])
    added = [
        Fetch(
            team_id=lookup.team_id,
            lookup=lookup,
            credential_id=lookup.credential_id,
            uuid_count=min(size, uuids - start),
            lookup_requests=lookup_requests,
        )
        for start in range(room, uuids, size)
    ]
    for fetch in added:
        fetch.state = _filled(fetch, size, is_last=is_last)
    Fetch.objects.bulk_create(added)
    keys = [begun.pk] * room if begun else []
    for fetch in added:
        keys += [fetch.pk] * fetch.uuid_count
    return keys


def _filled(fetch: Fetch, size: int, *, is_last: bool) -> Fetch.State:
    is_full = fetch.uuid_count >= size
    return Fetch.State.QUEUED if is_full or is_last else Fetch.State.PLANNED


def end_items(
    pending: QuerySet[LookupItem], outcome: LookupItem.Outcome, *, reason: str = ""
) -> int:
    """Ends items without news; how many. One that was found before stays found with its call."""
    is_known = models.Q(call__isnull=False)
    found = models.Value(LookupItem.Outcome.FOUND)
    return pending.update(
        outcome=models.Case(models.When(is_known, then=found), default=models.Value(outcome)),
        reason=models.Case(
            models.When(is_known, then=models.Value("")), default=models.Value(reason)
        ),
    )


def cancel(lookup: Lookup) -> int:
    """Stops the lookup's open requests and items; how many items will not be fetched.

    A reply still in flight is fenced off, so nothing of it is written afterwards. Call it in a
    transaction.
    """
    Fetch.objects.open().filter(lookup=lookup).update(
        state=Fetch.State.CANCELLED,
        lease_until=None,
        token=F("token") + 1,
        ended_at=timezone.now(),
        said="Cancelled.",
    )
    pending = lookup.items.filter(outcome=LookupItem.Outcome.PENDING)
    stopped = end_items(pending, LookupItem.Outcome.CANCELLED)
    Lookup.objects.running().filter(pk=lookup.pk).update(
        status=Lookup.Status.CANCELLED, ended_at=timezone.now()
    )
    return stopped


def end_if_complete(lookup_id: int) -> None:
    """Ends the lookup once every entry has its item and no item is pending."""
    # The lock makes two workers that settle the last two requests see each other.
    lookup = Lookup.objects.select_for_update(of=("self",), no_key=True).get(pk=lookup_id)
    pending = lookup.items.filter(
        kind=LookupItem.Kind.UNIQUE, outcome=LookupItem.Outcome.PENDING
    ).exists()
    if lookup.is_placed and not pending:
        Lookup.objects.running().filter(pk=lookup_id).update(
            status=Lookup.Status.DONE, ended_at=timezone.now()
        )


def has_open_requests(credential: Credential) -> bool:
    """Whether a lookup still needs the credential, also for requests that are not planned yet."""
    unplaced = Lookup.objects.running().unplaced().filter(credential=credential)
    return unplaced.exists() or Fetch.objects.open().filter(credential=credential).exists()
