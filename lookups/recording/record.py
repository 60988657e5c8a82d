"""One reply into the database, in the transaction that settles its request."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from lookups import story
from lookups.locks import RECORDING, only_one
from lookups.models import Attempt, Call, Fetch, Lookup
from lookups.pull import CallRecord, Reply
from lookups.recording.rows import (
    ATTEMPTS,
    CALLS,
    attempt_rows,
    call_row,
    stored_key,
    with_call,
)
from lookups.recording.summing import Placed, Told, numbered, summed


class Stored(NamedTuple):
    """What a call was before this reply."""

    id: int
    uuid: str
    fetched_at: datetime
    first_fetched_at: datetime
    is_whole: bool
    is_final: bool


class Kept(NamedTuple):
    """An attempt that was stored before."""

    id: int
    call_id: int
    number: int
    outcome: str
    key: str
    sent_number: str
    started_at: datetime | None
    ended_at: datetime | None
    talk_seconds: float | None
    cause_code: str
    ended_by: str
    customer_number: str
    did_number: str
    dtmf: str


class Whole(NamedTuple):
    """A call as it is after this reply: what was stored before, and its rows."""

    uuid: str
    stored: Stored | None
    attempts: list[Placed]
    call_row: tuple[Any, ...]
    attempt_rows: list[list[Any]]


@dataclass(frozen=True)
class Prepared:
    """A reply with the rows that it comes to where nothing is stored of its calls yet."""

    reply: Reply
    wholes: dict[str, Whole]


def prepare(fetch: Fetch, reply: Reply) -> Prepared:
    """Makes the rows of a reply. Asks nothing of the database, so any thread may do it."""
    return Prepared(reply, {one.uuid: _whole(fetch, one) for one in reply.calls.values()})


def record(fetch: Fetch, prepared: Prepared) -> None:
    """Writes the calls of one reply. Must run in a transaction; the ledger settles it."""
    one_recorder_of([fetch.team_id])
    wholes = _as_stored(fetch, prepared)
    CALLS.write(one.call_row for one in wholes)
    ids = _ids(fetch, [one.uuid for one in wholes])
    ATTEMPTS.write(row for one in wholes for row in with_call(ids[one.uuid], one.attempt_rows))
    _renumber(wholes)


def _as_stored(fetch: Fetch, prepared: Prepared) -> list[Whole]:
    """The calls to write: of those that are stored already only what this reply is newer than."""
    stored = _stored_calls(fetch, sorted(prepared.wholes))
    if not stored:
        return [prepared.wholes[uuid] for uuid in sorted(prepared.wholes)]
    kept = _kept_attempts(stored.values())
    wholes = []
    for uuid in sorted(prepared.wholes):
        before = stored.get(uuid)
        if before is None:
            wholes.append(prepared.wholes[uuid])
        elif before.fetched_at <= _asked_at(fetch):
            told = prepared.reply.calls[uuid]
            wholes.append(_whole(fetch, told, before, kept[before.id]))
    return wholes


def _asked_at(fetch: Fetch) -> datetime:
    if fetch.claimed_at is None:
        raise ValueError(f"Request {fetch.pk} was never claimed, so it has no reply.")
    return fetch.claimed_at


def one_recorder_of(teams: Iterable[int]) -> None:
    """Waits until nobody else records for these teams, and shuts others out until the commit.

    A row that is not there yet cannot be locked, and two replies may bring the same new call. Who
    records for several teams asks for all at once.
    """
    for team in sorted(teams):
        only_one(RECORDING, team)


def _stored_calls(fetch: Fetch, uuids: list[str]) -> dict[str, Stored]:
    # Ordered and locked, so that two workers with the same UUID wait for each other in one order.
    rows = Call.objects.for_team(fetch.team_id).filter(uuid__in=uuids).order_by("uuid")
    locked = rows.select_for_update(of=("self",)).values_list(*Stored._fields)
    return {row[1]: Stored(*row) for row in locked}


def _ids(fetch: Fetch, uuids: list[str]) -> dict[str, int]:
    """An upsert does not say which row it wrote."""
    written = Call.objects.for_team(fetch.team_id).filter(uuid__in=uuids)
    return dict(written.order_by().values_list("uuid", "pk"))


def _kept_attempts(calls: Iterable[Stored]) -> dict[int, list[Kept]]:
    kept: dict[int, list[Kept]] = defaultdict(list)
    ids = [call.id for call in calls]
    if ids:
        for row in Attempt.objects.filter(call__in=ids).values_list(*Kept._fields):
            one = Kept(*row)
            kept[one.call_id].append(one)
    return kept


def _whole(
    fetch: Fetch, told: CallRecord, stored: Stored | None = None, kept: Iterable[Kept] = ()
) -> Whole:
    outcome_of = story.attempt_outcome
    attempts: list[tuple[story.Outcome, Told]] = [
        (outcome_of(one, flow_status=told.flow_status), one) for one in told.attempts
    ]
    keys = {stored_key(one.key) for one in told.attempts} if stored else ()
    attempts += [(story.Outcome(one.outcome), one) for one in kept if one.key not in keys]
    placed = numbered(attempts)
    asked_for_all = fetch.lookup.fetch_attempt == Lookup.FetchAttempt.ALL
    row = call_row(
        fetch,
        told,
        summed(placed, flow_status=told.flow_status, fetched_at=_asked_at(fetch)),
        is_whole=asked_for_all or bool(stored and stored.is_whole and stored.is_final),
        first_fetched_at=stored.first_fetched_at if stored else _asked_at(fetch),
    )
    return Whole(told.uuid, stored, placed, row, attempt_rows(fetch, placed))


def _renumber(wholes: Iterable[Whole]) -> None:
    """Kept attempts whose place among the others is another one now."""
    moved = [
        Attempt(id=told.id, number=number)
        for one in wholes
        if one.stored
        for number, _, told in one.attempts
        if isinstance(told, Kept) and told.number != number
    ]
    Attempt.objects.bulk_update(moved, ["number"])
