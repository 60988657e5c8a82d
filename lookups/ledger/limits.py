"""What holds a credential back: its rate, its breaker, the size Phonon takes, a pause."""

from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from lookups import audit
from lookups.models import Credential, Fetch

BREAKER_FAILURES = 5
BREAKER_REST = timedelta(seconds=30)


def book_slot(fetch_id: int, now: datetime) -> None:
    """Books the credential's next slot when it has a rate limit of ours."""
    limited = Credential.objects.filter(
        pk__in=Fetch.objects.filter(pk=fetch_id).values("credential"), requests_per_minute__gt=0
    )
    for credential in limited:
        gap = timedelta(minutes=1) / credential.requests_per_minute
        slot = max(credential.next_slot_at, now) + gap
        Credential.objects.filter(pk=credential.pk).update(next_slot_at=slot)


def note_answer(fetch: Fetch, milliseconds: int) -> None:
    """Closes the breaker and keeps a moving average of how long an answer takes."""
    average = fetch.credential.average_milliseconds
    Credential.objects.filter(pk=fetch.credential_id).update(
        failures_in_a_row=0,
        average_milliseconds=milliseconds
        if average is None
        else 0.8 * average + 0.2 * milliseconds,
    )


def note_failure(fetch: Fetch, *, retry_after: float | None, counts: bool) -> int:
    """Rests the credential as Phonon asks, or after too many failures; failures in a row now.

    After a rest one probe goes first.
    """
    rows = Credential.objects.filter(pk=fetch.credential_id)
    if counts:
        rows.update(failures_in_a_row=F("failures_in_a_row") + 1)
    in_a_row = rows.values_list("failures_in_a_row", flat=True).get()
    rest = timedelta(seconds=retry_after or 0)
    if counts and in_a_row >= BREAKER_FAILURES:
        rest = max(rest, BREAKER_REST)
    until = timezone.now() + rest
    rows.filter(open_until__lt=until).update(open_until=until)
    return in_a_row


def learn_size(fetch: Fetch) -> None:
    """Remembers that a list of this size was too long for Phonon (code 303)."""
    smaller = max(1, fetch.uuid_count // 2)
    rows = Credential.objects.filter(pk=fetch.credential_id)
    rows.exclude(learned_max_uuids__lte=smaller).update(learned_max_uuids=smaller)


def pause(credential: Credential, reason: str, *, asked_at: datetime | None = None) -> None:
    """Stops every claim of the credential until a person mends it. Its requests wait.

    With `asked_at` only if nobody has mended it since then.
    """
    active = Credential.objects.filter(pk=credential.pk, state=Credential.State.ACTIVE)
    if asked_at is not None:
        active = active.filter(mended_at__lte=asked_at)
    if active.update(state=Credential.State.PAUSED, paused_reason=reason, paused_at=timezone.now()):
        audit.record(
            "credential_paused", by=None, team=credential.team, about=credential, reason=reason
        )
