"""When a waiting request may be sent."""

from datetime import timedelta

from django.db.models import Min
from django.db.models.functions import Greatest
from django.utils import timezone

from lookups.models import Credential, Fetch

JUST_NOW = timedelta(seconds=0.5)


def due_in(*, at_most: float) -> float:
    """Seconds until the next request may be sent that waits for a moment, or `at_most`.

    It waits for its back-off, for the rate of its credential or for a rest. The answer is 0 or less
    when that moment has just come. What is due for longer waits for another worker's requests to
    end, and that worker goes on with it.
    """
    now = timezone.now()
    waiting = Fetch.objects.filter(
        state=Fetch.State.QUEUED, credential__state=Credential.State.ACTIVE
    ).annotate(due=Greatest("not_before", "credential__open_until", "credential__next_slot_at"))
    first = waiting.filter(due__gt=now - JUST_NOW).aggregate(first=Min("due"))["first"]
    return min(at_most, (first - now).total_seconds()) if first else at_most
