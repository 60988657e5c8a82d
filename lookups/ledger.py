"""The ledger of our requests: claim, renew, settle, expire.

Promises: of any number of workers, one holds a Fetch at a time (a lease); a worker that lost its
lease cannot write (the fencing token); a Fetch that a dead worker held is given back; the limits of
a credential hold across all processes. Nothing here talks to the network.

Rows are always locked in the order fetch → call → credential → lookup, so workers cannot deadlock.
"""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from lookups import audit
from lookups.models import Call, Credential, Fetch, Lookup, LookupItem
from lookups.pull import Action, PullError, Reply

BREAKER_FAILURES = 5
BREAKER_REST = timedelta(seconds=30)
BACKOFF_CAP_SECONDS = 60
# A request that keeps losing its worker is more likely the cause than the victim.
MAX_TRIES_EVER = 12
# One claim at a time over all processes, so that counting requests in flight is exact.
CLAIM_LOCK = 0x70686F6E6F6E

CLAIM_SQL = """
UPDATE lookups_fetch
SET state = 'claimed', token = token + 1, tries = tries + 1,
    worker = %(worker)s, claimed_at = %(now)s, lease_until = %(lease_until)s
WHERE state = 'queued' AND id = (
    SELECT f.id
    FROM lookups_fetch f JOIN lookups_credential c ON c.id = f.credential_id
    WHERE f.state = 'queued' AND f.not_before <= %(now)s
      AND c.state = 'active' AND c.open_until <= %(now)s AND c.next_slot_at <= %(now)s
      AND (SELECT count(*) FROM lookups_fetch g
           WHERE g.state = 'claimed' AND g.credential_id = c.id)
          < CASE WHEN c.failures_in_a_row >= %(breaker)s THEN 1 ELSE c.max_concurrent END
      {only}
    ORDER BY f.lookup_requests, f.id
    LIMIT 1 {skip_locked})
RETURNING id
"""


class Fenced(Exception):
    """The claim is no longer ours: it was cancelled, or its lease ran out and another took it."""


def claim(*, worker: str, limit: int, lookup: Lookup | None = None) -> list[Fetch]:
    """Up to `limit` requests that may be sent now, each leased to `worker`; small lookups first.

    With `lookup` only its own. The list is empty when nothing may be sent at this moment.
    """
    now = timezone.now()
    ids: list[int] = []
    with transaction.atomic():
        _claims_one_at_a_time()
        while len(ids) < limit and (pk := _claim_one(worker, now, lookup)) is not None:
            ids.append(pk)
            _book_slot(pk, now)
    claimed = Fetch.objects.select_related("credential", "lookup", "team").in_bulk(ids)
    return [claimed[pk] for pk in ids]


def _claims_one_at_a_time() -> None:
    # On SQLite the IMMEDIATE transaction has already shut out every other writer.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIM_LOCK])


def _claim_one(worker: str, now: datetime, lookup: Lookup | None) -> int | None:
    sql = CLAIM_SQL.format(
        only="AND f.lookup_id = %(lookup)s" if lookup else "",
        skip_locked="FOR UPDATE OF f SKIP LOCKED" if connection.vendor == "postgresql" else "",
    )
    values = {
        "worker": worker,
        "now": _stored(now),
        "lease_until": _stored(now + timedelta(seconds=settings.LEASE_SECONDS)),
        "breaker": BREAKER_FAILURES,
        "lookup": lookup.pk if lookup else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    return row[0] if row else None


def _stored(moment: datetime) -> object:
    """The moment as this database stores it: SQLite keeps text in UTC."""
    return connection.ops.adapt_datetimefield_value(moment)


def _book_slot(fetch_id: int, now: datetime) -> None:
    """Books the credential's next slot when it has a rate limit of ours."""
    limited = Credential.objects.filter(
        pk__in=Fetch.objects.filter(pk=fetch_id).values("credential"), requests_per_minute__gt=0
    )
    for credential in limited:
        gap = timedelta(minutes=1) / credential.requests_per_minute
        slot = max(credential.next_slot_at, now) + gap
        Credential.objects.filter(pk=credential.pk).update(next_slot_at=slot)


def uuids_of(fetch: Fetch) -> list[str]:
    """The UUIDs that the request asks for, in pasted order.

    Turned round at every further try: Phonon may refuse an identical payload sent twice (code 201).
    """
    uuids = list(
        fetch.items.filter(outcome=LookupItem.Outcome.PENDING)
        .order_by("position")
        .values_list("uuid", flat=True)
    )
    turn = (fetch.tries - 1) % len(uuids) if uuids else 0
    return uuids[turn:] + uuids[:turn]


def renew(fetches: Iterable[Fetch]) -> None:
    """Extends the leases that are still ours; one that was lost stays lost."""
    until = timezone.now() + timedelta(seconds=settings.LEASE_SECONDS)
    for fetch in fetches:
        _ours(fetch).update(lease_until=until)


def _ours(fetch: Fetch):
    return Fetch.objects.filter(pk=fetch.pk, token=fetch.token, state=Fetch.State.CLAIMED)


def _move(fetch: Fetch, state: Fetch.State, **facts: object) -> None:
    """Takes our claim to `state`. Raises Fenced when the claim is no longer ours."""
    if state not in Fetch.TRANSITIONS[Fetch.State.CLAIMED]:
        raise ValueError(f"A claimed request cannot become {state}.")
    if state != Fetch.State.QUEUED:
        facts["ended_at"] = timezone.now()
    if not _ours(fetch).update(state=state, lease_until=None, **facts):
        raise Fenced(f"Request {fetch.pk} was taken away while it was in flight.")


def settle(fetch: Fetch, reply: Reply) -> None:
    """Ends an answered request: its items are found or not found. Raises Fenced.

    Call it in the transaction that recorded the reply's calls, so that both stand or neither.
    """
    _move(
        fetch,
        Fetch.State.DONE,
        http_status=reply.http_status,
        code=reply.code,
        message=reply.message[:500],
        said="",
        milliseconds=reply.milliseconds,
        bytes=reply.bytes,
        unasked=reply.unasked,
    )
    pending = fetch.items.filter(outcome=LookupItem.Outcome.PENDING)
    theirs = Call.objects.filter(team=fetch.team_id, uuid=OuterRef("uuid")).values("pk")[:1]
    pending.filter(uuid__in=list(reply.calls)).update(
        outcome=LookupItem.Outcome.FOUND, call=Subquery(theirs), reason=""
    )
    pending.filter(uuid__in=reply.missing).update(outcome=LookupItem.Outcome.NOT_FOUND, reason="")
    _note_answer(fetch, reply.milliseconds)
    end_if_complete(fetch.lookup_id)


def _note_answer(fetch: Fetch, milliseconds: int) -> None:
    """Closes the breaker and keeps a moving average of how long an answer takes."""
    average = fetch.credential.average_milliseconds
    Credential.objects.filter(pk=fetch.credential_id).update(
        failures_in_a_row=0,
        average_milliseconds=milliseconds
        if average is None
        else 0.8 * average + 0.2 * milliseconds,
    )


def settle_error(fetch: Fetch, error: PullError) -> None:
    """Does what the error asks for: try again later, pause, split, or fail. Raises Fenced.

    Must run in a transaction.
    """
    facts = {
        "http_status": error.http_status,
        "code": error.code,
        "message": error.message[:500],
        "said": error.sentence,
        "milliseconds": error.milliseconds,
        "bytes": error.bytes,
    }
    match error.action:
        case Action.PAUSE:
            _move(fetch, Fetch.State.QUEUED, **facts)
            pause(fetch.credential, error.sentence)
        case Action.SHRINK:
            _learn_size(fetch)
            _split(fetch, facts)
        case Action.SPLIT:
            _split(fetch, facts)
        case Action.RETRY | Action.REORDER:
            _try_again(fetch, facts, retry_after=error.retry_after)
            _note_failure(fetch)
        case Action.FAIL:
            _fail(fetch, facts)
    end_if_complete(fetch.lookup_id)


def _try_again(fetch: Fetch, facts: dict, *, retry_after: float | None) -> None:
    failures = fetch.failures + 1
    if failures >= settings.PULL_MAX_TRIES:
        tried = f"{facts['said']} It was tried {failures} times. Retry it later."
        _fail(fetch, {**facts, "said": tried, "failures": failures})
        return
    wait = max(_backoff_seconds(failures), retry_after or 0)
    not_before = timezone.now() + timedelta(seconds=wait)
    _move(fetch, Fetch.State.QUEUED, not_before=not_before, failures=failures, **facts)


def _backoff_seconds(failures: int) -> float:
    """Full jitter, so that requests which failed together do not come back together."""
    base = settings.PULL_BACKOFF_SECONDS
    return random.uniform(base, min(BACKOFF_CAP_SECONDS, base * 4**failures))  # noqa: S311


def _note_failure(fetch: Fetch) -> None:
    """Counts a failure in a row; at the limit the credential rests, then one probe goes first."""
    rows = Credential.objects.filter(pk=fetch.credential_id)
    rows.update(failures_in_a_row=F("failures_in_a_row") + 1)
    rows.filter(failures_in_a_row__gte=BREAKER_FAILURES).update(
        open_until=timezone.now() + BREAKER_REST
    )


def _fail(fetch: Fetch, facts: dict) -> None:
    _move(fetch, Fetch.State.FAILED, **facts)
    fetch.items.filter(outcome=LookupItem.Outcome.PENDING).update(
        outcome=LookupItem.Outcome.FAILED, reason=facts["said"]
    )


def _learn_size(fetch: Fetch) -> None:
    """Remembers that a list of this size was too long for Phonon (code 303)."""
    smaller = max(1, fetch.uuid_count // 2)
    Credential.objects.filter(pk=fetch.credential_id).update(learned_max_uuids=smaller)


def _split(fetch: Fetch, facts: dict) -> None:
    """Two requests of half the size take the place of this one; one UUID alone fails."""
    items = list(
        fetch.items.filter(outcome=LookupItem.Outcome.PENDING)
        .order_by("position")
        .values_list("pk", flat=True)
    )
    if len(items) < 2:
        _fail(fetch, facts)
        return
    _move(fetch, Fetch.State.SPLIT, **facts)
    middle = len(items) // 2
    for half in (items[:middle], items[middle:]):
        plan(fetch.lookup, half, lookup_requests=fetch.lookup_requests)


def plan(lookup: Lookup, item_ids: Sequence[int], *, lookup_requests: int) -> Fetch:
    """One new request for these items of the lookup, waiting to be claimed."""
    fetch = Fetch.objects.create(
        team_id=lookup.team_id,
        lookup=lookup,
        credential_id=lookup.credential_id,
        uuid_count=len(item_ids),
        lookup_requests=lookup_requests,
    )
    LookupItem.objects.filter(pk__in=item_ids).update(
        fetch=fetch, outcome=LookupItem.Outcome.PENDING, reason="", call=None
    )
    return fetch


def pause(credential: Credential, reason: str) -> None:
    """Stops every claim of the credential until a person mends it. Its requests wait."""
    paused = Credential.objects.filter(pk=credential.pk, state=Credential.State.ACTIVE).update(
        state=Credential.State.PAUSED, paused_reason=reason, paused_at=timezone.now()
    )
    if paused:
        audit.record(
            "credential_paused", by=None, team=credential.team, about=credential, reason=reason
        )


def drop(fetch: Fetch) -> None:
    """Ends a claim that has nothing left to ask for; it was not sent, so it is no try."""
    _ours(fetch).update(
        state=Fetch.State.CANCELLED,
        lease_until=None,
        tries=F("tries") - 1,
        ended_at=timezone.now(),
        said="Nothing was left to ask for.",
    )


def has_open_requests(credential: Credential) -> bool:
    return Fetch.objects.open().filter(credential=credential).exists()


def give_back(fetch: Fetch) -> None:
    """Returns a claim that was never sent or not finished, at once and without a failure."""
    if not _ours(fetch).update(
        state=Fetch.State.QUEUED, lease_until=None, said="The worker was stopped and gave it back."
    ):
        raise Fenced(f"Request {fetch.pk} was taken away.")


def expire() -> int:
    """Gives back what dead workers held; how many requests that was."""
    now = timezone.now()
    said = "Its worker went away while it was in flight."
    with transaction.atomic():
        worn_out = list(Fetch.objects.expired(now).filter(tries__gte=MAX_TRIES_EVER))
        for fetch in worn_out:
            _fail(fetch, {"said": f"{said} This happened {fetch.tries} times."})
            end_if_complete(fetch.lookup_id)
        back = Fetch.objects.expired(now).update(
            state=Fetch.State.QUEUED, lease_until=None, said=said
        )
    return back + len(worn_out)


def cancel(lookup: Lookup) -> int:
    """Stops the lookup's open requests and items; how many items will not be fetched.

    A reply still in flight is fenced off, so nothing of it is written afterwards. Call it in a
    transaction.
    """
    Fetch.objects.open().filter(lookup=lookup).update(
        state=Fetch.State.CANCELLED,
        lease_until=None,
        token=F("token") + 1,
        ended_at=timezone.now(),
        said="Cancelled.",
    )
    stopped = lookup.items.filter(outcome=LookupItem.Outcome.PENDING).update(
        outcome=LookupItem.Outcome.CANCELLED
    )
    Lookup.objects.running().filter(pk=lookup.pk).update(
        status=Lookup.Status.CANCELLED, ended_at=timezone.now()
    )
    return stopped


def end_if_complete(lookup_id: int) -> None:
    """Ends the lookup once none of its items is pending."""
    # The lock makes two workers that settle the last two requests see each other.
    lookup = Lookup.objects.select_for_update(of=("self",)).get(pk=lookup_id)
    pending = lookup.items.filter(
        kind=LookupItem.Kind.UNIQUE, outcome=LookupItem.Outcome.PENDING
    ).exists()
    if not pending:
        Lookup.objects.running().filter(pk=lookup_id).update(
            status=Lookup.Status.DONE, ended_at=timezone.now()
        )
