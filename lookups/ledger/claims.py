"""Claims: who may send which request now, and what a worker may do with the one it holds."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from lookups.ledger.limits import BREAKER_FAILURES, book_slot
from lookups.models import Fetch, Lookup, LookupItem

# One claim at a time over all processes, so that counting requests in flight is exact.
CLAIM_LOCK = 0x70686F6E6F6E

# The credentials come first: for each of the few, requests in flight are counted once and not once
# for every request that waits.
CLAIM_SQL = """
UPDATE lookups_fetch
SET state = 'claimed', token = token + 1, tries = tries + 1,
    worker = %(worker)s, claimed_at = %(now)s, lease_until = %(lease_until)s
WHERE state = 'queued' AND id = (
    SELECT f.id FROM lookups_fetch f
    WHERE f.state = 'queued' AND f.not_before <= %(now)s {only}
      AND f.credential_id IN (
        SELECT c.id FROM lookups_credential c
        WHERE c.state = 'active' AND c.open_until <= %(now)s AND c.next_slot_at <= %(now)s
          AND (SELECT count(*) FROM lookups_fetch g
               WHERE g.state = 'claimed' AND g.credential_id = c.id)
              < CASE WHEN c.failures_in_a_row >= %(breaker)s THEN 1 ELSE c.max_concurrent END)
    ORDER BY f.lookup_requests, f.failures, f.id
    LIMIT 1 {skip_locked})
RETURNING id
"""


class Fenced(Exception):
    """The claim is no longer ours: it was cancelled, or its lease ran out and another took it."""


def claim(*, worker: str, limit: int, lookup: Lookup | None = None) -> list[Fetch]:
    """Up to `limit` requests that may be sent now, each leased to `worker`.

    Small lookups go first, and in each what has not failed yet. With `lookup` only its own. The
    list is empty when nothing may be sent at this moment.
    """
    now = timezone.now()
    ids: list[int] = []
    with transaction.atomic():
        _claims_one_at_a_time()
        while len(ids) < limit and (pk := _claim_one(worker, now, lookup)) is not None:
            ids.append(pk)
            book_slot(pk, now)
        # Read before the commit: later the token could be another worker's already.
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
        ours(fetch).update(lease_until=until)


def ours(fetch: Fetch) -> QuerySet[Fetch]:
    """The row while the claim is ours: nothing once it was settled, swept or cancelled."""
    return Fetch.objects.filter(pk=fetch.pk, token=fetch.token, state=Fetch.State.CLAIMED)


def hold(fetch: Fetch) -> None:
    """Locks our claim before any row that is locked after it. Raises Fenced."""
    if not ours(fetch).select_for_update().exists():
        raise Fenced(f"Request {fetch.pk} was taken away while it was in flight.")


def move(fetch: Fetch, state: Fetch.State, **facts: object) -> None:
    """Takes our claim to `state`. Raises Fenced when the claim is no longer ours."""
    if state not in Fetch.TRANSITIONS[Fetch.State.CLAIMED]:
        raise ValueError(f"A claimed request cannot become {state}.")
    if state != Fetch.State.QUEUED:
        facts["ended_at"] = timezone.now()
    if not ours(fetch).update(state=state, lease_until=None, **facts):
        raise Fenced(f"Request {fetch.pk} was taken away while it was in flight.")


def give_back(fetch: Fetch) -> None:
    """Returns a claim that was never sent or not finished, at once and without a failure."""
    if not ours(fetch).update(
        state=Fetch.State.QUEUED, lease_until=None, said="The worker was stopped and gave it back."
    ):
        raise Fenced(f"Request {fetch.pk} was taken away.")


def drop(fetch: Fetch) -> None:
    """Ends a claim that has nothing left to ask for; it was not sent, so it is no try."""
    ours(fetch).update(
        state=Fetch.State.CANCELLED,
        lease_until=None,
        tries=F("tries") - 1,
        ended_at=timezone.now(),
        said="Nothing was left to ask for.",
    )
