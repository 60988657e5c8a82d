"""What a worker may do with the requests it holds."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from lookups.models import Fetch, LookupItem
from lookups.pull import Reply
from lookups.story.masking import cut

# The claim of one answered request, while it is still ours.
REPLIED_SQL = """
UPDATE lookups_fetch
SET state = 'done', lease_until = NULL, ended_at = %s, http_status = %s, code = %s,
    message = %s, said = '', milliseconds = %s, bytes = %s, unasked = %s
WHERE id = %s AND token = %s AND state = 'claimed'
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


def lock_claim(fetch: Fetch) -> None:
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


def end_replied(answers: Sequence[tuple[Fetch, Reply]]) -> None:
    """Takes our claims that Phonon replied to, to their end. Raises Fenced when one was lost."""
    now = stored(timezone.now())
    rows = [
        (
            now, reply.http_status, reply.code, cut(reply.message, 500),
            reply.milliseconds, reply.bytes, reply.unasked, fetch.pk, fetch.token,
        )
        for fetch, reply in answers
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(REPLIED_SQL, rows)
        if cursor.rowcount != len(rows):
            raise Fenced("A request was taken away while it was in flight.")


def requeue_unfinished(fetch: Fetch) -> None:
    """Returns a claim that was sent and not finished, at once and without a failure.

    It was a try. Raises Fenced.
    """
    if not ours(fetch).update(
        state=Fetch.State.QUEUED, lease_until=None, said="The worker was stopped and gave it back."
    ):
        raise Fenced(f"Request {fetch.pk} was taken away.")


def cancel_empty(fetch: Fetch) -> None:
    """Ends a claim that has nothing left to ask for; it was not sent, so it is no try."""
    ours(fetch).update(
        state=Fetch.State.CANCELLED,
        lease_until=None,
        tries=F("tries") - 1,
        ended_at=timezone.now(),
        said="Nothing was left to ask for.",
    )


def free_slots(answered: Sequence[Fetch]) -> None:
    """Notes that Phonon has answered these claims of one worker, so that others may be sent.

    Those that the worker has lost meanwhile are left as they are.
    """
    if answered:
        mine = Fetch.objects.filter(worker=answered[0].worker, state=Fetch.State.CLAIMED)
        mine.filter(pk__in=[fetch.pk for fetch in answered]).update(is_in_flight=False)


def stored(moment: datetime | None) -> str | datetime | None:
    """The moment as this database stores it: SQLite keeps text in UTC."""
    return connection.ops.adapt_datetimefield_value(moment)
