"""Gives back what dead workers held."""

from django.db import transaction
from django.utils import timezone

from lookups.ledger.planning import end_if_complete
from lookups.ledger.settling import MAX_TRIES_EVER, fail
from lookups.models import Fetch


def expire() -> int:
    """Gives back what dead workers held; how many requests that was."""
    now = timezone.now()
    said = "Its worker went away while it was in flight."
    with transaction.atomic():
        # Locked, so that a lease which is renewed or swept at this moment is left alone.
        expired = Fetch.objects.expired(now).select_for_update(of=("self",), skip_locked=True)
        worn_out = list(expired.filter(tries__gte=MAX_TRIES_EVER))
        for fetch in worn_out:
            fail(fetch, {"said": f"{said} It was tried {fetch.tries} times."})
            end_if_complete(fetch.lookup_id)
        back = Fetch.objects.filter(pk__in=[fetch.pk for fetch in expired]).update(
            state=Fetch.State.QUEUED, lease_until=None, said=said
        )
    return back + len(worn_out)
