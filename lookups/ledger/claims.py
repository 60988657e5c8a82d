"""Claims: who may send which request now, and when the next one may be sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min
from django.db.models.functions import Greatest
from django.utils import timezone

from lookups.database.locks import CLAIMING, only_one, skipping_locked
from lookups.ledger.holding import free_slots, stored
from lookups.ledger.limits import BREAKER_FAILURES, book_slot
from lookups.models import Credential, Fetch, Lookup, Worker

JUST_NOW = timedelta(seconds=0.5)

# In SQL, as a worker asks it many times a second.
WAITING_SQL = "SELECT 1 FROM lookups_fetch f WHERE f.state = 'queued' {only} LIMIT 1"
# The credentials that may send now: how many are in flight, here and everywhere, how many may be,
# how many workers are alive, how many wait (up to 100), the smallest lookup that waits. While the
# breaker is open one probe goes at a time: it counts until the ledger knows what came of it, not
# until it has landed.
READY_SQL = """
SELECT c.id, c.requests_per_minute > 0,
  (SELECT count(*) FROM lookups_fetch g WHERE g.state = 'claimed' AND g.credential_id = c.id
   AND g.is_in_flight AND g.worker = %(worker)s),
  (SELECT count(*) FROM lookups_fetch g
   WHERE g.state = 'claimed' AND g.credential_id = c.id
   AND (g.is_in_flight OR c.failures_in_a_row >= %(breaker)s)),
  CASE WHEN c.failures_in_a_row >= %(breaker)s THEN 1 ELSE c.max_concurrent END,
  (SELECT count(*) FROM lookups_worker w WHERE w.seen_at >= %(alive)s),
  (SELECT count(*) FROM (
   SELECT 1 FROM lookups_fetch f
   WHERE f.state = 'queued' AND f.credential_id = c.id AND f.not_before <= %(now)s {only}
   LIMIT 100) AS waiting),
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
SET state = 'claimed', token = token + 1, tries = tries + 1, is_in_flight = true,
    worker = %(worker)s, claimed_at = %(now)s, lease_until = %(lease_until)s
WHERE state = 'queued' AND id IN (SELECT id FROM next)
RETURNING id
"""

Values = dict[str, str | int | datetime | None]
"""The parameters of a statement, by name."""


@dataclass
class Ready:
    """A credential that may send now."""

    credential: int
    is_rated: bool
    in_flight_here: int
    in_flight: int
    most: int
    workers: int
    waiting: int
    smallest_lookup: int
    share: int = 0

    def may_have_more(self) -> bool:
        """Whether one more may be sent from here, so that every worker has as many to read and
        write: reading is what takes a worker's time."""
        # A rate limit of ours is booked a request at a time.
        is_booked_out = self.is_rated and self.share > 0
        is_left = self.in_flight < self.most and self.share < self.waiting
        fair = -(-self.most // max(1, self.workers))
        return is_left and self.in_flight_here < fair and not is_booked_out


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
    that this worker holds and that Phonon has answered: their slots are freed, where another
    request waits; their `is_in_flight` tells. The list is empty when nothing may be sent at this
    moment.
    """
    free = list(answered)
    if limit <= 0 and not free:
        return []
    now = timezone.now()
    values = _values(worker, lookup, now)
    # What is in flight matters to nobody while nothing waits, of whatever lookup.
    if not _rows(WAITING_SQL, values | {"lookup": None} if free else values):
        return []
    # Asked without the lock, for which a worker would wait while another writes.
    if not free and not _shared_out(_ready(values), limit):
        return []
    with transaction.atomic():
        # One claim at a time, so that counting requests in flight is exact.
        only_one(CLAIMING)
        free_slots(free)
        ids = []
        for one in _shared_out(_ready(values), limit):
            ids += _claim(values | {"credential": one.credential, "share": one.share})
            if one.is_rated and ids:
                book_slot(ids[-1], now)
        # Read before the commit: later the token could be another worker's already.
        claimed = Fetch.objects.select_related("lookup", "team").in_bulk(ids)
    for fetch in free:
        fetch.is_in_flight = False
    return [claimed[pk] for pk in sorted(ids)]


def _values(worker: str, lookup: Lookup | None, now: datetime) -> Values:
    return {
        "worker": worker,
        "now": stored(now),
        "lease_until": stored(now + timedelta(seconds=settings.LEASE_SECONDS)),
        "alive": stored(now - Worker.SILENT_AFTER),
        "breaker": BREAKER_FAILURES,
        "lookup": lookup.pk if lookup else None,
    }


def _ready(values: Values) -> list[Ready]:
    return [Ready(*row) for row in _rows(READY_SQL, values) if row[-1] is not None]


def _shared_out(ready: list[Ready], limit: int) -> list[Ready]:
    """Those with a share of the limit, handed out one by one to whom has the fewest in flight."""
    for _ in range(limit):
        hungry = [one for one in ready if one.may_have_more()]
        if not hungry:
            break
        one = min(hungry, key=lambda one: (one.in_flight, one.smallest_lookup, one.credential))
        one.share += 1
        one.in_flight += 1
        one.in_flight_here += 1
    return [one for one in ready if one.share]


def _claim(values: Values) -> list[int]:
    return [row[0] for row in _rows(CLAIM_SQL, values)]


def _rows(template: str, values: Values) -> list[Any]:
    statement = template.format(
        only="AND f.lookup_id = %(lookup)s" if values["lookup"] else "",
        skip_locked=skipping_locked("f"),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


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
