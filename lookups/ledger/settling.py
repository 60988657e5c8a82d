"""What became of a request that was sent, or that a dead worker held: its items end, or it goes
another round."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from lookups.database.locks import check_references
from lookups.ledger.holding import end_replied, lock_claim, move
from lookups.ledger.limits import (
    book_retry,
    learn_size,
    note_answers,
    note_failure,
    pause,
)
from lookups.ledger.planning import end_if_complete, end_items, plan
from lookups.models import Call, Fetch, LookupItem
from lookups.pull import Action, PullError, Reply
from lookups.story.masking import cut

BACKOFF_CAP_SECONDS = 60
TOO_MANY_REQUESTS = 429
ALONE = "This UUID was asked for alone. Check it, or retry it later."
# A request that keeps losing its worker is more likely the cause than the victim.
MAX_TRIES_EVER = 12


def settle(answers: Sequence[tuple[Fetch, Reply]]) -> None:
    """Ends answered requests: their items are found or not found. Raises Fenced.

    Call it in the transaction that recorded the calls of all of them, so that all stand or none.
    """
    answers = sorted(answers, key=lambda answer: answer[0].pk)
    end_replied(answers)
    _end_missing(answers)
    _end_found([fetch for fetch, _ in answers])
    check_references()
    for credential, milliseconds in sorted(_times(answers).items()):
        note_answers(credential, milliseconds)
    for lookup in sorted({fetch.lookup_id for fetch, _ in answers}):
        end_if_complete(lookup)


def _times(answers: Iterable[tuple[Fetch, Reply]]) -> dict[int, list[int]]:
    """How long the answers took, by credential."""
    times: dict[int, list[int]] = defaultdict(list)
    for fetch, reply in answers:
        times[fetch.credential_id].append(reply.milliseconds)
    return times


def _end_missing(answers: Iterable[tuple[Fetch, Reply]]) -> None:
    missing = [Q(fetch=one, uuid__in=reply.missing) for one, reply in answers if reply.missing]
    if missing:
        pending = LookupItem.objects.filter(outcome=LookupItem.Outcome.PENDING)
        end_items(pending.filter(reduce(or_, missing)), LookupItem.Outcome.NOT_FOUND)


def _end_found(fetches: Iterable[Fetch]) -> None:
    """Every item that was asked for and is not missing has its call by now."""
    by_team: dict[int, list[int]] = defaultdict(list)
    for fetch in fetches:
        by_team[fetch.team_id].append(fetch.pk)
    for team, keys in by_team.items():
        theirs = Call.objects.filter(team=team, uuid=OuterRef("uuid")).values("pk")[:1]
        pending = LookupItem.objects.filter(fetch__in=keys, outcome=LookupItem.Outcome.PENDING)
        pending.update(outcome=LookupItem.Outcome.FOUND, call=Subquery(theirs), reason="")


def settle_error(fetch: Fetch, error: PullError) -> None:
    """Does what the error asks for: try again later, pause, split, or fail. Raises Fenced.

    Must run in a transaction.
    """
    facts = {
        "http_status": error.http_status,
        "code": error.code,
        "message": cut(error.message, 500),
        "said": error.sentence,
        "milliseconds": error.milliseconds,
        "bytes": error.bytes,
    }
    lock_claim(fetch)
    match error.action:
        case Action.PAUSE:
            move(fetch, Fetch.State.QUEUED, **facts)
            # Whoever mended it after this request was sent must not see it paused again.
            pause(fetch.credential, error.sentence, asked_at=fetch.claimed_at)
        case Action.SHRINK:
            learn_size(fetch)
            _split(fetch, facts)
        case Action.SPLIT:
            _split(fetch, facts)
        case Action.RETRY | Action.REORDER:
            _try_again(fetch, facts, error)
        case Action.FAIL:
            _fail(fetch, facts)
    end_if_complete(fetch.lookup_id)


def _try_again(fetch: Fetch, facts: dict[str, Any], error: PullError) -> None:
    """Back to the queue with a wait, until the tries are used up.

    Being told to slow down (429) is no failure. After the last failure a request that came as far
    as Phonon is halved, as one UUID may be to blame; while the breaker is open Phonon itself is.
    """
    throttled = error.http_status == TOO_MANY_REQUESTS
    retry_after = error.retry_after
    failures = fetch.failures if throttled else fetch.failures + 1
    is_open = note_failure(fetch, retry_after=retry_after, counts=not throttled)
    facts["failures"] = failures
    if failures < settings.PULL_MAX_TRIES and fetch.tries < MAX_TRIES_EVER:
        wait = max(
            timedelta(seconds=max(_backoff_seconds(failures), retry_after or 0)), book_retry(fetch)
        )
        move(fetch, Fetch.State.QUEUED, not_before=timezone.now() + wait, **facts)
    elif fetch.uuid_count > 1 and error.reached_phonon and not is_open:
        _split(fetch, facts)
    else:
        tried = f"{facts['said']} It was tried {fetch.tries} times. Retry it later."
        _fail(fetch, {**facts, "said": tried})


def _backoff_seconds(failures: int) -> float:
    """Full jitter, so that requests which failed together do not come back together."""
    base = settings.PULL_BACKOFF_SECONDS
    return random.uniform(base, min(BACKOFF_CAP_SECONDS, base * 4**failures))  # noqa: S311


def _fail(fetch: Fetch, facts: dict[str, Any]) -> None:
    move(fetch, Fetch.State.FAILED, **facts)
    pending = fetch.items.filter(outcome=LookupItem.Outcome.PENDING)
    end_items(pending, LookupItem.Outcome.FAILED, reason=facts["said"])


def _split(fetch: Fetch, facts: dict[str, Any]) -> None:
    """Two requests of half the size take the place of this one; one UUID alone fails."""
    items = list(
        fetch.items.filter(outcome=LookupItem.Outcome.PENDING)
        .order_by("position")
        .values_list("pk", flat=True)
    )
    if len(items) < 2:
        _fail(fetch, {**facts, "said": f"{facts['said']} {ALONE}"})
        return
    move(fetch, Fetch.State.SPLIT, **facts)
    middle = len(items) // 2
    for half in (items[:middle], items[middle:]):
        plan(
            fetch.lookup,
            half,
            lookup_requests=fetch.lookup_requests,
            is_watch=fetch.is_watch,
        )


def expire() -> int:
    """Gives back what dead workers held; how many requests that was."""
    now = timezone.now()
    said = "Its worker went away while it was in flight."
    with transaction.atomic():
        # Locked, so that a lease which is renewed or swept at this moment is left alone.
        expired = Fetch.objects.expired(now).select_for_update(of=("self",), skip_locked=True)
        worn_out = list(expired.filter(tries__gte=MAX_TRIES_EVER))
        for fetch in worn_out:
            _fail(fetch, {"said": f"{said} It was tried {fetch.tries} times."})
            end_if_complete(fetch.lookup_id)
        back = Fetch.objects.filter(pk__in=[fetch.pk for fetch in expired]).update(
            state=Fetch.State.QUEUED, lease_until=None, said=said
        )
    return back + len(worn_out)
