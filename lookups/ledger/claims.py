"""Claims: who may send which request now, and what a worker may do with the one it holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from lookups.ledger.limits import BREAKER_FAILURES, book_slot
from lookups.locks import CLAIMING, only_one
from lookups.models import Fetch, Lookup, LookupItem, Worker

# The credentials that may send now: how many are in flight, here and everywhere, how many may be,
# the smallest lookup that waits.
READY_SQL = """
SELECT c.id, c.requests_per_minute > 0,
  (SELECT count(*) FROM lookups_fetch g WHERE g.state = 'claimed' AND g.credential_id = c.id
   AND NOT g.is_answered AND g.worker = %(worker)s),
  (SELECT count(*) FROM lookups_fetch g
   WHERE g.state = 'claimed' AND g.credential_id = c.id AND NOT g.is_answered),
  CASE WHEN c.failures_in_a_row >= %(breaker)s THEN 1 ELSE c.max_concurrent END,
  (SELECT f.lookup_requests FROM lookups_fetch f
   WHERE f.state = 'queued' AND f.credential_id = c.id AND f.not_before <= %(now)s {only}
   ORDER BY f.lookup_requests, f.failures, f.id LIMIT 1)
FROM lookups_credential c
WHERE c.state = 'active' AND c.open_until <= %(now)s AND c.next_slot_at <= %(now)s
"""
# Materialized, because PostgreSQL may run a subquery of an UPDATE again for every row, and each run
# would skip the rows locked by the one before: far more than the limit would be claimed.
CLAIM_SQL = """
WITH next AS MATERIALIZED (
    SELECT f.id FROM lookups_fetch f
    WHERE f.state = 'queued' AND f.credential_id = %(credential)s AND f.not_before <= %(now)s {only}
    ORDER BY f.lookup_requests, f.failures, f.id
    LIMIT %(share)s {skip_locked})
UPDATE lookups_fetch
SET state = 'claimed', token = token + 1, tries = tries + 1, is_answered = %(no)s,
    worker = %(worker)s, claimed_at = %(now)s, lease_until = %(lease_until)s
WHERE state = 'queued' AND id IN (SELECT id FROM next)
RETURNING id
"""


class Fenced(Exception):
    """The claim is no longer ours: it was cancelled, or its lease ran out and another took it."""


@dataclass
class Ready:
    """A credential that may send now."""

    credential: int
    is_rated: bool
    in_flight_here: int
    in_flight: int
    most: int
    smallest_lookup: int
    share: int = 0

    def may_have_more(self, workers: int) -> bool:
        """Whether one more may be sent from here, so that every worker has as many to read and
        write: reading is what takes a worker's time."""
        # A rate limit of ours is booked a request at a time.
        is_booked_out = self.is_rated and self.share > 0
        fair = -(-self.most // workers)
        return self.in_flight < self.most and self.in_flight_here < fair and not is_booked_out


def claim(
    *,
    worker: str,
    limit: int,
    lookup: Lookup | None = None,
    answered: Iterable[Fetch] = (),
) -> list[Fetch]:
    """Up to `limit` requests that may be sent now, each leased to `worker`.

    The credential with the fewest in flight is served first, so that one team's slow provider keeps
    no other team waiting. Of one credential small lookups go first, and in each what has not failed
    yet; each live worker gets an equal part. With `lookup` only its own. `answered` are requests
    that this worker holds and that Phonon has answered: they are noted as no longer in flight,
    where another request waits. The list is empty when nothing may be sent at this moment.
    """
    landed = list(answered)
    if limit <= 0 and not landed:
        return []
    waiting = Fetch.objects.filter(state=Fetch.State.QUEUED)
    if lookup and not landed:
        waiting = waiting.filter(lookup=lookup)
    # What is in flight matters to nobody while nothing waits.
    if not waiting.exists():
        return []
    now = timezone.now()
    values = {
        "worker": worker,
        "now": _stored(now),
        "lease_until": _stored(now + timedelta(seconds=settings.LEASE_SECONDS)),
        "breaker": BREAKER_FAILURES,
        "lookup": lookup.pk if lookup else None,
        "no": False,
    }
    # Asked without the lock, for which a worker would wait while another writes.
    if not landed and not _shared_out(_ready(values), limit, workers=_workers_alive(now)):
        return []
    with transaction.atomic():
        # One claim at a time, so that counting requests in flight is exact.
        only_one(CLAIMING)
        _note_answered(landed, worker)
        ids = []
        for one in _shared_out(_ready(values), limit, workers=_workers_alive(now)):
            ids += _claim(values | {"credential": one.credential, "share": one.share})
            if one.is_rated and ids:
                book_slot(ids[-1], now)
        # Read before the commit: later the token could be another worker's already.
        claimed = Fetch.objects.select_related("credential", "lookup", "team").in_bulk(ids)
    return [claimed[pk] for pk in sorted(ids)]


def _note_answered(fetches: Iterable[Fetch], worker: str) -> None:
    if ids := [fetch.pk for fetch in fetches]:
        Fetch.objects.filter(pk__in=ids, worker=worker).update(is_answered=True)
        for fetch in fetches:
            fetch.is_answered = True


def _ready(values: dict[str, object]) -> list[Ready]:
    with connection.cursor() as cursor:
        cursor.execute(_sql(READY_SQL, values), values)
        rows = cursor.fetchall()
    return [Ready(*row) for row in rows if row[-1] is not None]


def _workers_alive(now: datetime) -> int:
    return max(1, Worker.objects.filter(seen_at__gte=now - Worker.SILENT_AFTER).count())


def _shared_out(ready: list[Ready], limit: int, *, workers: int) -> list[Ready]:
    """Those with a share of the limit, handed out one by one to whom has the fewest in flight."""
    for _ in range(limit):
        hungry = [one for one in ready if one.may_have_more(workers)]
        if not hungry:
            break
        one = min(hungry, key=lambda one: (one.in_flight, one.smallest_lookup, one.credential))
        one.share += 1
        one.in_flight += 1
        one.in_flight_here += 1
    return [one for one in ready if one.share]


def _claim(values: dict[str, object]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_sql(CLAIM_SQL, values), values)
        return [row[0] for row in cursor.fetchall()]


def _sql(template: str, values: dict[str, object]) -> str:
    return template.format(
        only="AND f.lookup_id = %(lookup)s" if values["lookup"] else "",
        skip_locked="FOR UPDATE OF f SKIP LOCKED" if connection.vendor == "postgresql" else "",
    )


def _stored(moment: datetime) -> object:
    """The moment as this database stores it: SQLite keeps text in UTC."""
    return connection.ops.adapt_datetimefield_value(moment)


def uuids_of(fetch: Fetch) -> list[str]:
    """The UUIDs that the request asks for, in pasted order.

    Turned round at every further try: Phonon may refuse an identical payload sent twice (code 201).
    """
    return uuids_of_each([fetch])[fetch.pk]


def uuids_of_each(fetches: Sequence[Fetch]) -> dict[int, list[str]]:
    """As `uuids_of`, of each request by its key."""
    uuids: dict[int, list[str]] = {fetch.pk: [] for fetch in fetches}
    pending = LookupItem.objects.filter(fetch__in=fetches, outcome=LookupItem.Outcome.PENDING)
    for pk, uuid in pending.order_by("position").values_list("fetch", "uuid"):
        uuids[pk].append(uuid)
    for fetch in fetches:
        mine = uuids[fetch.pk]
        turn = (fetch.tries - 1) % len(mine) if mine else 0
        uuids[fetch.pk] = mine[turn:] + mine[:turn]
    return uuids


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
