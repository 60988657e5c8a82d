"""Deletes what is older than the portal is to keep."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from lookups import audit
from lookups.models import Call, Lookup, LookupItem

CHUNK = 200


def prune(*, days: int) -> dict[str, int]:
    """Deletes ended lookups and calls that nobody has fetched for `days`; counts of both.

    In small transactions, so that work goes on meanwhile.
    """
    before = timezone.now() - timedelta(days=days)
    counts = {
        "lookups": _delete_in_chunks(Lookup.objects.filter(ended_at__lt=before)),
        "calls": _delete_in_chunks(_unasked_since(before)),
    }
    audit.record(
        audit.Event.PRUNED, by=None, days=days, lookups=counts["lookups"], calls=counts["calls"]
    )
    return counts


def _delete_in_chunks(rows: QuerySet[Lookup] | QuerySet[Call]) -> int:
    deleted = 0
    # By key: deleting a queryset would first read every row whole, raw JSON and all.
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            # Locked before it is seen what belongs to them: whoever is adding to one of them ends
            # first, or finds it gone. And one that was begun anew meanwhile stays.
            old = rows.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
            held = list(old.values_list("pk", flat=True))
            rows.model.objects.filter(pk__in=held).delete()
        deleted += len(held)
    return deleted


def _unasked_since(before: datetime) -> QuerySet[Call]:
    """Old calls that no remaining lookup shows."""
    shown = LookupItem.objects.filter(call__isnull=False).values("call")
    return Call.objects.filter(fetched_at__lt=before).exclude(pk__in=shown)
