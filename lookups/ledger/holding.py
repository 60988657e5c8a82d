"""What a worker may do with the requests it holds."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from lookups.models import Fetch, LookupItem
from lookups.pull import Reply

# The claim of one answered request, while it is still ours.
REPLIED_SQL = """
UPDATE lookups_fetch
SET state = 'done', lease_until = NULL, claimed_at = %s, ended_at = %s, http_status = %s, code = %s,
    message = %s, said = '', milliseconds = %s, bytes = %s, unasked = %s
WHERE id = %s AND token = %s AND state = 'claimed'
"""
# Whether a claim is in flight, while it is still this worker's.
PLACE_SQL = """
UPDATE lookups_fetch SET is_in_flight = %s WHERE id = %s AND worker = %s AND state = 'claimed'
"""
# Whether a claim is still ours and its credential in order.
MAY_FOLLOW_SQL = """
SELECT 1 FROM lookups_fetch f JOIN lookups_credential c ON c.id = f.credential_id
WHERE f.id = %s AND f.token = %s AND f.state = 'claimed'
AND c.state = 'active' AND c.open_until <= %s AND c.failures_in_a_row = 0
"""


class Fenced(Exception):
    """The claim is no longer ours: it was cancelled, or its lease ran out and another took it."""


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
    # A request that was claimed ahead was sent later than it was claimed.
    facts["claimed_at"] = fetch.claimed_at
    if not ours(fetch).update(state=state, lease_until=None, **facts):
        raise Fenced(f"Request {fetch.pk} was taken away while it was in flight.")


def end_replied(answers: Sequence[tuple[Fetch, Reply]]) -> None:
    """Takes our claims that Phonon replied to, to their end. Raises Fenced when one was lost."""
    now = stored(timezone.now())
    rows = [
        (
            stored(fetch.claimed_at), now, reply.http_status, reply.code, reply.message[:500],
            reply.milliseconds, reply.bytes, reply.unasked, fetch.pk, fetch.token,
        )
        for fetch, reply in answers
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(REPLIED_SQL, rows)
        if cursor.rowcount != len(rows):
            raise Fenced("A request was taken away while it was in flight.")


def give_back(fetch: Fetch) -> None:
    """Returns a claim that was never sent or not finished, at once and without a failure."""
    if not ours(fetch).update(
        state=Fetch.State.QUEUED, lease_until=None, said="The worker was stopped and gave it back."
    ):
        raise Fenced(f"Request {fetch.pk} was taken away.")


def may_follow(fetch: Fetch) -> bool:
    """Whether a request that was claimed ahead may be sent now. Asks without a lock."""
    with connection.cursor() as cursor:
        cursor.execute(MAY_FOLLOW_SQL, [fetch.pk, fetch.token, stored(timezone.now())])
        return cursor.fetchone() is not None


def put_back(fetches: Iterable[Fetch]) -> None:
    """Returns claims that were not sent: they were no tries."""
    for fetch in fetches:
        ours(fetch).update(state=Fetch.State.QUEUED, lease_until=None, tries=F("tries") - 1)


def drop(fetch: Fetch) -> None:
    """Ends a claim that has nothing left to ask for; it was not sent, so it is no try."""
    ours(fetch).update(
        state=Fetch.State.CANCELLED,
        lease_until=None,
        tries=F("tries") - 1,
        ended_at=timezone.now(),
        said="Nothing was left to ask for.",
    )


def pass_on(landed: Iterable[Fetch]) -> None:
    """Notes that these claims are in flight no more, and that their successors are."""
    places = list(landed)
    left = {fetch.pk for fetch in places}
    taken = {fetch.successor.pk for fetch in places if fetch.successor}
    # All are one worker's; what it has lost meanwhile is another one's to note.
    rows = [(key in taken, key, places[0].worker) for key in sorted(left ^ taken)]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(PLACE_SQL, rows)


def stored(moment: datetime | None) -> object:
    """The moment as this database stores it: SQLite keeps text in UTC."""
    return connection.ops.adapt_datetimefield_value(moment)
