"""Lookups that are watched: works their rounds and counts what was asked."""

from django.utils import timezone

from lookups.emulator import IN_PROGRESS, STORY, reserved_uuid
from lookups.lifecycle import watching
from lookups.models import Lookup

OPEN = [reserved_uuid(IN_PROGRESS, n) for n in range(3)]
FINAL = reserved_uuid(STORY)


def fresh(lookup: Lookup) -> Lookup:
    return Lookup.objects.select_related("credential", "team").get(pk=lookup.pk)


def look(lookup: Lookup, work) -> Lookup:
    """Comes to the time of the next round, and works it to its end."""
    watching.ask_due(fresh(lookup).next_watch_at)
    work()
    return fresh(lookup)


def asked_uuids(emulator, lookup: Lookup, work) -> int:
    before = emulator.log.uuids
    look(lookup, work)
    return emulator.log.uuids - before


def budget_used(team) -> int:
    return 500 - watching.budget_left(team, timezone.now())
