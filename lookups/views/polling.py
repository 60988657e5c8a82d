"""When the page of a lookup asks again, and how long the answer may be held back."""

import time
from threading import BoundedSemaphore

from lookups.lifecycle import progress
from lookups.models import Lookup
from lookups.views.page import PageRequest
from lookups.views.watch_context import seconds_to_next_look

# A large lookup takes longer to count, and changes more slowly.
UNIQUE_PER_POLL_SECOND = 25_000
MAX_POLL_SECONDS = 5
QUICK_POLL_SECONDS = 0.15
QUICK_FOR_SECONDS = 10
HOLD_SECONDS = 0.5
LOOK_SECONDS = 0.01
# A web process has few threads, and most must stay free for other pages.
_holds = BoundedSemaphore(4)


def seconds_to_next_poll(lookup: Lookup, now: progress.Progress) -> float:
    """Seconds: few where an answer is near, more where the lookup is large.

    0 when nothing will change by itself.
    """
    if not lookup.is_running:
        return seconds_to_next_look(lookup.next_watch_at) if lookup.next_watch_at else 0
    if _is_quick(now):
        return QUICK_POLL_SECONDS
    return min(MAX_POLL_SECONDS, 1 + lookup.unique // UNIQUE_PER_POLL_SECOND)


def ends_meanwhile(request: PageRequest, lookup: Lookup, now: progress.Progress) -> bool:
    """Holds a poll back until the lookup ends, HOLD_SECONDS at most; whether it has ended.

    Only where that is likely: one request was running at `now`. Its answer is then on the page as
    soon as it is there, and not at the next poll.
    """
    is_poll = request.htmx and request.htmx.trigger == "live"
    if not (is_poll and lookup.is_running and _is_quick(now) and _holds.acquire(blocking=False)):
        return False
    try:
        until = time.monotonic() + HOLD_SECONDS
        while is_running := Lookup.objects.running().filter(pk=lookup.pk).exists():
            if time.monotonic() > until:
                break
            _pause()
        return not is_running
    finally:
        _holds.release()


def saw_it_run(request: PageRequest) -> bool:
    """Whether the page that polls shows the lookup as running."""
    return "Saw-Running" in request.headers


def _is_quick(now: progress.Progress) -> bool:
    return now.planned_requests <= 1 and now.seconds < QUICK_FOR_SECONDS


def _pause() -> None:
    time.sleep(LOOK_SECONDS)
