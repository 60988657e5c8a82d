"""What holds a credential back: its rate, its breaker, the size Phonon takes, a pause."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from lookups import audit
from lookups.models import Credential, Fetch
from lookups.story import mask_text

BREAKER_FAILURES = Credential.BREAKER_FAILURES
BREAKER_REST = timedelta(seconds=30)
LAST_ANSWERS = 20
GOOD, FAILED = "0", "1"
RETRIES_EARNED = 0.1
MOST_RETRIES = 10
RETRY_REST = timedelta(seconds=30)


def book_slot(fetch_id: int, now: datetime) -> None:
    """Books the credential's next slot when it has a rate limit of ours."""
    limited = Credential.objects.filter(
        pk__in=Fetch.objects.filter(pk=fetch_id).values("credential"), requests_per_minute__gt=0
    )
    for credential in limited:
        gap = timedelta(minutes=1) / credential.requests_per_minute
        slot = max(credential.next_slot_at, now) + gap
        Credential.objects.filter(pk=credential.pk).update(next_slot_at=slot)


def note_answers(credential_id: int, milliseconds: Sequence[int]) -> None:
    """Closes the breaker, earns retries, and keeps a moving average of how long an answer takes."""
    credential = _locked(credential_id)
    for one in milliseconds:
        average = credential.average_milliseconds
        credential.average_milliseconds = one if average is None else 0.8 * average + 0.2 * one
    count = len(milliseconds)
    credential.failures_in_a_row = 0
    credential.last_answers = (credential.last_answers + GOOD * count)[-LAST_ANSWERS:]
    credential.retry_tokens = min(MOST_RETRIES, credential.retry_tokens + RETRIES_EARNED * count)
    credential.save(
        update_fields=[
            "average_milliseconds", "failures_in_a_row", "last_answers", "retry_tokens",
        ]
    )  # fmt: skip


def note_failure(fetch: Fetch, *, retry_after: float | None, counts: bool) -> bool:
    """Rests the credential as Phonon asks, or after too many failures; whether the breaker is open.

    After a rest one probe goes first.
    """
    credential = _locked(fetch.credential_id)
    if counts:
        credential.failures_in_a_row += 1
        credential.last_answers = (credential.last_answers + FAILED)[-LAST_ANSWERS:]
    if credential.last_answers.count(FAILED) >= LAST_ANSWERS / 2:
        # As if all had come in a row: one probe goes first, and one answer closes the breaker.
        credential.failures_in_a_row = max(credential.failures_in_a_row, BREAKER_FAILURES)
        credential.last_answers = ""
    is_open = credential.failures_in_a_row >= BREAKER_FAILURES
    rest = max(timedelta(seconds=retry_after or 0), BREAKER_REST if is_open else timedelta())
    credential.open_until = max(credential.open_until, timezone.now() + rest)
    credential.save(update_fields=["failures_in_a_row", "last_answers", "open_until"])
    return is_open


def book_retry(fetch: Fetch) -> timedelta:
    """Spends from the retry budget; how long the retry must wait where nothing is left of it.

    Of 100 requests about 10 may be asked again at once. A request is never failed for want of
    budget: it comes later, one every half a minute.
    """
    credential = _locked(fetch.credential_id)
    credential.retry_tokens = max(credential.retry_tokens - 1, -MOST_RETRIES)
    credential.save(update_fields=["retry_tokens"])
    return max(timedelta(), -credential.retry_tokens * RETRY_REST)


def _locked(credential_id: int) -> Credential:
    return Credential.objects.select_for_update(of=("self",), no_key=True).get(pk=credential_id)


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
            audit.Event.CREDENTIAL_PAUSED,
            by=None,
            team=credential.team,
            about=credential,
            reason=mask_text(reason),
        )
