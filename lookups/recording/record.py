"""Replies into the database, in the transaction that settles their requests."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db import IntegrityError

from lookups import story
from lookups.database.bulk import Row
from lookups.database.locks import not_silent
from lookups.models import Attempt, Call, Fetch, Lookup
from lookups.pull import CallRecord, Reply
from lookups.recording.columns import (
    ATTEMPTS,
    CALLS,
    Summary,
    attempt_rows,
    call_rows,
    stored_key,
    with_call,
)
from lookups.recording.noting import note_changes
from lookups.recording.summary import Kept, Placed, Told, numbered, summed


class Stored(NamedTuple):
    """What a call was before this reply."""

    id: int
    uuid: str
    fetched_at: datetime
    first_fetched_at: datetime
    is_whole: bool
    is_final: bool
    flow_status: str
    outcome: str


class Whole(NamedTuple):
    """A call as it is after this reply: what was stored before, and its rows."""

    uuid: str
    stored: Stored | None
    attempts: list[Placed]
    call_row: Row
    attempt_rows: list[list[Any]]


@dataclass(frozen=True)
class Prepared:
    """A reply with the rows that it comes to where nothing is stored of its calls yet."""

    fetch: Fetch
    reply: Reply
    wholes: dict[str, Whole]


def prepare(fetch: Fetch, reply: Reply) -> Prepared:
    """Makes the rows of a reply. Asks nothing of the database, so any thread may do it."""
    wholes = _wholes(fetch, list(map(Known, reply.calls.values())))
    return Prepared(fetch, reply, {one.uuid: one for one in wholes})


class Overtaken(Exception):
    """Another worker has just stored one of these calls for the first time. What was read of the
    database no longer holds: the transaction must be begun anew."""


def record(replies: Sequence[Prepared]) -> None:
    """Writes the calls of these replies. Must run in a transaction; the ledger settles them.

    Raises Overtaken.
    """
    not_silent()
    for disjoint in _without_shared_calls(replies):
        _write(disjoint)


def _without_shared_calls(replies: Iterable[Prepared]) -> Iterator[list[Prepared]]:
    """The replies in groups in which no call stands twice; nearly always one group."""
    group: list[Prepared] = []
    told: set[tuple[int, str]] = set()
    for one in replies:
        calls = {(one.fetch.team_id, uuid) for uuid in one.wholes}
        if not told.isdisjoint(calls):
            yield group
            group, told = [], set()
        group.append(one)
        told |= calls
    yield group


def _write(replies: Sequence[Prepared]) -> None:
    new: list[Whole] = []
    known: list[Whole] = []
    by_team = _stored_by_team(replies)
    for one in replies:
        stored = by_team[one.fetch.team_id]
        new += [whole for uuid, whole in one.wholes.items() if uuid not in stored]
        known += _made_anew(one, {uuid: stored[uuid] for uuid in one.wholes if uuid in stored})
    if new:
        # All insert in the same order, so that of two that wait for each other's rows one goes on.
        new.sort(key=lambda one: (one.call_row[0], one.uuid))
        ids = CALLS.new_ids(len(new))
        _insert_calls([one.call_row for one in new], ids)
        ATTEMPTS.insert(_attempt_rows(new, ids))
    if known:
        CALLS.upsert([one.call_row for one in known])
        ATTEMPTS.upsert(_attempt_rows(known, [one.stored.id for one in known if one.stored]))
        _renumber(known)


def _insert_calls(rows: list[Row], ids: Sequence[int]) -> None:
    # A row that is not there yet cannot be locked, and two replies may bring the same new call.
    try:
        CALLS.insert(rows, ids=ids)
    except IntegrityError as error:
        raise Overtaken from error


def _attempt_rows(wholes: Iterable[Whole], ids: Iterable[int]) -> list[Row]:
    return [
        row for one, pk in zip(wholes, ids, strict=True) for row in with_call(pk, one.attempt_rows)
    ]


def _made_anew(prepared: Prepared, stored: dict[str, Stored]) -> list[Whole]:
    """The calls that are stored already, where this reply is newer than what is stored."""
    fetch = prepared.fetch
    asked_at = _asked_at(fetch)
    older = {uuid: one for uuid, one in stored.items() if one.fetched_at <= asked_at}
    kept = _kept_attempts(older.values())
    told = prepared.reply.calls
    wholes = _wholes(
        fetch, [Known(told[uuid], one, kept[one.id]) for uuid, one in sorted(older.items())]
    )
    if wholes:
        note_changes(fetch, wholes, kept, seen_at=asked_at)
    return wholes


def _asked_at(fetch: Fetch) -> datetime:
    if fetch.claimed_at is None:
        raise ValueError(f"Request {fetch.pk} was never claimed, so it has no reply.")
    return fetch.claimed_at


def _stored_by_team(replies: Iterable[Prepared]) -> dict[int, dict[str, Stored]]:
    uuids: dict[int, list[str]] = defaultdict(list)
    for one in replies:
        uuids[one.fetch.team_id] += one.wholes
    return {team: _stored_calls(team, some) for team, some in sorted(uuids.items())}


def _stored_calls(team: int, uuids: Sequence[str]) -> dict[str, Stored]:
    """What is stored of these calls, locked."""
    rows = Call.objects.of_uuids(team, uuids)
    locked = rows.order_by("uuid").select_for_update(of=("self",)).values_list(*Stored._fields)
    return {row[1]: Stored(*row) for row in locked}


def _kept_attempts(calls: Iterable[Stored]) -> dict[int, list[Kept]]:
    kept: dict[int, list[Kept]] = defaultdict(list)
    ids = [call.id for call in calls]
    if ids:
        for row in Attempt.objects.filter(call__in=ids).values_list(*Kept._fields):
            one = Kept(*row)
            kept[one.call_id].append(one)
    return kept


class Known(NamedTuple):
    """A call that was told, and what was stored of it before."""

    told: CallRecord
    stored: Stored | None = None
    kept: Sequence[Kept] = ()


def _wholes(fetch: Fetch, calls: Sequence[Known]) -> list[Whole]:
    placed = [_placed(one) for one in calls]
    rows = call_rows(fetch, [_summary(fetch, *one) for one in zip(calls, placed, strict=True)])
    attempts = iter(attempt_rows(fetch, [one for mine in placed for one in mine]))
    return [
        Whole(
            call.told.uuid, call.stored, mine, row, list(islice(attempts, len(call.told.attempts)))
        )
        for call, mine, row in zip(calls, placed, rows, strict=True)
    ]


def _placed(call: Known) -> list[Placed]:
    """The attempts that were told, and those stored before that are not told again, in order."""
    told, stored, kept = call
    outcome_of, status = story.attempt_outcome, told.flow_status
    attempts: list[tuple[story.Outcome, Told]] = [
        (outcome_of(one, flow_status=status), one) for one in told.attempts
    ]
    keys = {stored_key(one.key) for one in told.attempts} if stored else ()
    attempts += [(story.Outcome(one.outcome), one) for one in kept if one.key not in keys]
    return numbered(attempts)


def _summary(fetch: Fetch, call: Known, placed: Sequence[Placed]) -> Summary:
    told, stored, _ = call
    asked_at = _asked_at(fetch)
    asked_for_all = fetch.lookup.fetch_attempt == Lookup.FetchAttempt.ALL
    return Summary(
        told,
        summed(placed, flow_status=told.flow_status, fetched_at=asked_at),
        is_whole=asked_for_all or bool(stored and stored.is_whole and stored.is_final),
        first_fetched_at=stored.first_fetched_at if stored else asked_at,
    )


def _renumber(wholes: Iterable[Whole]) -> None:
    """Kept attempts whose place among the others is another one now."""
    moved = [
        Attempt(id=told.id, number=number)
        for one in wholes
        if one.stored
        for number, _, told in one.attempts
        if isinstance(told, Kept) and told.number != number
    ]
    Attempt.objects.bulk_update(moved, ["number"], batch_size=500)
