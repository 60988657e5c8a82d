"""Which items a request asks for, and how they and their lookup end."""

from collections.abc import Sequence

from django.db.models import F, QuerySet
from django.utils import timezone

from lookups.models import Credential, Fetch, Lookup, LookupItem


def plan(lookup: Lookup, item_ids: Sequence[int], *, lookup_requests: int) -> Fetch:
    """One new request for these items of the lookup, waiting to be claimed.

    An item that was found before keeps its call until there is news.
    """
    fetch = Fetch.objects.create(
        team_id=lookup.team_id,
        lookup=lookup,
        credential_id=lookup.credential_id,
        uuid_count=len(item_ids),
        lookup_requests=lookup_requests,
    )
    LookupItem.objects.filter(pk__in=item_ids).update(
        fetch=fetch, outcome=LookupItem.Outcome.PENDING, reason=""
    )
    return fetch


def end_items(
    pending: QuerySet[LookupItem], outcome: LookupItem.Outcome, *, reason: str = ""
) -> int:
    """Ends items without news; how many. One that was found before stays found with its call."""
    known = pending.filter(call__isnull=False)
    kept = known.update(outcome=LookupItem.Outcome.FOUND, reason="")
    return kept + pending.filter(call=None).update(outcome=outcome, reason=reason)


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
    """Ends the lookup once none of its items is pending."""
    # The lock makes two workers that settle the last two requests see each other.
    lookup = Lookup.objects.select_for_update(of=("self",)).get(pk=lookup_id)
    pending = lookup.items.filter(
        kind=LookupItem.Kind.UNIQUE, outcome=LookupItem.Outcome.PENDING
    ).exists()
    if not pending:
        Lookup.objects.running().filter(pk=lookup_id).update(
            status=Lookup.Status.DONE, ended_at=timezone.now()
        )


def has_open_requests(credential: Credential) -> bool:
    return Fetch.objects.open().filter(credential=credential).exists()
