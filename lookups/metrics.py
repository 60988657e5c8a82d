"""The state of the whole ledger in numbers, for a monitor."""

from typing import Any

from django.db.models import Count, QuerySet

from lookups.models import Credential, Fetch, Lookup, Worker


def gauges() -> list[tuple[str, str, dict[str, int]]]:
    """Name, meaning, and counts by state; of no team and no row of anyone."""
    groups: list[tuple[str, str, QuerySet[Any], str]] = [
        ("requests", "Requests to Phonon that are open, by state.", Fetch.objects.open(), "state"),
        ("lookups", "Lookups by status.", Lookup.objects.all(), "status"),
        ("credentials", "Credentials by state.", Credential.objects.all(), "state"),
    ]
    counted = [
        (name, meaning, dict(rows.order_by().values_list(column).annotate(Count("pk"))))
        for name, meaning, rows, column in groups
    ]
    alive = Worker.objects.alive().count()
    return [*counted, ("workers", "Workers with a sign of life lately.", {"alive": alive})]
