"""What the page of a lookup says about its change watch."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from lookups.lifecycle import watching
from lookups.lifecycle.progress import Progress
from lookups.models import Credential, Lookup

# A worker begins rounds every few seconds, and the answers take a moment.
AFTER_A_LOOK_SECONDS = 15
LONGEST_SECONDS = 3600


def watch_context(lookup: Lookup, now: Progress, *, refreshable: int) -> dict[str, Any]:
    """Whether the page offers the watch, and how a watch that is on stands.

    `refreshable` calls may have news; they are counted anew for a lookup that is watched alone.
    """
    state, next_at = lookup.credential.state, lookup.next_watch_at
    is_usable = watching.is_on() and state != Credential.State.RETIRED
    return {
        "is_on": watching.is_on(),
        "can_start": is_usable and not lookup.watches and now.pending + refreshable > 0,
        "open": now.pending + watching.open_calls(lookup).count() if lookup.watches else 0,
        "is_due": next_at is not None and next_at <= timezone.now(),
        "is_paused": state == Credential.State.PAUSED,
    }


def seconds_to_next_look(next_at: datetime) -> int:
    """Seconds until the page of a watched lookup polls: after the next round, 3600 at most."""
    left = (next_at - timezone.now()).total_seconds()
    return int(min(max(left, 0) + AFTER_A_LOOK_SECONDS, LONGEST_SECONDS))
