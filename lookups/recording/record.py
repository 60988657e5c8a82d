"""Replies into the database, in the transaction that settles their requests."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from django.db import IntegrityError

from lookups import story
from lookups.database.bulk import Row
from lookups.database.locks import not_silent
from lookups.models import Attempt, Call, Fetch, Lookup
from lookups.pull import Reply
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
from lookups.recording.stored import (
    AttemptLike,
    CallRows,
    CallToWrite,
    NumberedAttempt,
    StoredAttempt,
    StoredCall,
)
from lookups.recording.summary import numbered, summed


@dataclass(frozen=True)
class Prepared:
    """A reply with the rows that it comes to where nothing is stored of its calls yet."""

    fetch: Fetch
    reply: Reply
    calls: dict[str, CallRows]
    """By UUID."""


def prepare(fetch: Fetch, reply: Reply) -> Prepared:
    """Makes the rows of a reply. Asks nothing of the database, so any thread may do it."""
    calls = _with_rows(fetch, list(map(CallToWrite, reply.calls.values())))
    return Prepared(fetch=fetch, reply=reply, calls={call.uuid: call for call in calls})


class CallStoredMeanwhile(Exception):
    """Another worker has just stored one of these calls for the first time.

    What was read of the database no longer holds: the transaction must be begun anew.
    """


def record(replies: Sequence[Prepared]) -> None:
    """Writes the calls of these replies. Must run in a transaction; the ledger settles them.

    Raises CallStoredMeanwhile.
    """
    not_silent()
    for disjoint in _without_shared_calls(replies):
        _write(disjoint)


def _without_shared_calls(replies: Iterable[Prepared]) -> Iterator[list[Prepared]]:
    """The replies in groups in which no call stands twice; nearly always one group."""
    group: list[Prepared] = []
    in_group: set[tuple[int, str]] = set()
    for reply in replies:
        calls = {(reply.fetch.team_id, uuid) for uuid in reply.calls}
        if not in_group.isdisjoint(calls):
            yield group
            group, in_group = [], set()
        group.append(reply)
        in_group |= calls
    yield group


def _write(replies: Sequence[Prepared]) -> None:
    new: list[CallRows] = []
    known: list[CallRows] = []
    by_team = _stored_by_team(replies)
    for reply in replies:
        stored = by_team[reply.fetch.team_id]
        new += [call for uuid, call in reply.calls.items() if uuid not in stored]
        known += _made_anew(reply, {uuid: stored[uuid] for uuid in reply.calls if uuid in stored})
    if new:
        # Every worker inserts in this order, so that no two wait for each other's rows.
        new.sort(key=lambda call: (call.call_row[0], call.uuid))
        ids = CALLS.new_ids(len(new))
        _insert_calls([call.call_row for call in new], ids)
        ATTEMPTS.insert(_attempt_rows(new, ids))
    if known:
        CALLS.upsert([call.call_row for call in known])
        ATTEMPTS.upsert(_attempt_rows(known, [call.stored.id for call in known if call.stored]))
        _renumber(known)


def _insert_calls(rows: list[Row], ids: Sequence[int]) -> None:
    # A row that is not there yet cannot be locked, and another worker may insert it first.
    try:
        CALLS.insert(rows, ids=ids)
    except IntegrityError as error:
        raise CallStoredMeanwhile from error


def _attempt_rows(calls: Iterable[CallRows], ids: Iterable[int]) -> list[Row]:
    pairs = zip(calls, ids, strict=True)
    return list(chain.from_iterable(with_call(pk, call.attempt_rows) for call, pk in pairs))


def _made_anew(prepared: Prepared, stored: dict[str, StoredCall]) -> list[CallRows]:
    """The calls that are stored already, where this reply is newer than what is stored.

    What changed in them is noted.
    """
    fetch = prepared.fetch
    asked_at = _asked_at(fetch)
    older = {uuid: call for uuid, call in stored.items() if call.fetched_at <= asked_at}
    attempts = _stored_attempts(older.values())
    records = prepared.reply.calls
    calls = _with_rows(
        fetch,
        [
            CallToWrite(records[uuid], call, attempts[call.id])
            for uuid, call in sorted(older.items())
        ],
    )
    if calls:
        note_changes(fetch, calls, attempts, seen_at=asked_at)
    return calls


def _asked_at(fetch: Fetch) -> datetime:
    if fetch.claimed_at is None:
        raise ValueError(f"Request {fetch.pk} was never claimed, so it has no reply.")
    return fetch.claimed_at


def _stored_by_team(replies: Iterable[Prepared]) -> dict[int, dict[str, StoredCall]]:
    uuids: dict[int, list[str]] = defaultdict(list)
    for reply in replies:
        uuids[reply.fetch.team_id] += reply.calls
    return {team: _stored_calls(team, some) for team, some in sorted(uuids.items())}


def _stored_calls(team: int, uuids: Sequence[str]) -> dict[str, StoredCall]:
    """What is stored of these calls, locked."""
    rows = Call.objects.of_uuids(team, uuids)
    locked = rows.order_by("uuid").select_for_update(of=("self",)).values_list(*StoredCall._fields)
    return {row[1]: StoredCall(*row) for row in locked}


def _stored_attempts(calls: Iterable[StoredCall]) -> dict[int, list[StoredAttempt]]:
    """What is stored of the attempts of these calls, by the id of the call."""
    found: dict[int, list[StoredAttempt]] = defaultdict(list)
    ids = [call.id for call in calls]
    if ids:
        for row in Attempt.objects.filter(call__in=ids).values_list(*StoredAttempt._fields):
            attempt = StoredAttempt(*row)
            found[attempt.call_id].append(attempt)
    return found


def _with_rows(fetch: Fetch, calls: Sequence[CallToWrite]) -> list[CallRows]:
    attempts = [_numbered(call) for call in calls]
    summaries = [_summary(fetch, *pair) for pair in zip(calls, attempts, strict=True)]
    rows = call_rows(fetch, summaries)
    rest = iter(attempt_rows(fetch, chain.from_iterable(attempts)))
    return [
        CallRows(
            uuid=call.record.uuid,
            stored=call.stored,
            attempts=mine,
            call_row=row,
            attempt_rows=list(islice(rest, len(call.record.attempts))),
        )
        for call, mine, row in zip(calls, attempts, rows, strict=True)
    ]


def _numbered(call: CallToWrite) -> list[NumberedAttempt]:
    """The attempts of the reply, and the stored ones that it no longer holds, in order."""
    outcome_of, status = story.attempt_outcome, call.record.flow_status
    pulled = call.record.attempts
    attempts: list[tuple[story.Outcome, AttemptLike]] = [
        (outcome_of(attempt, flow_status=status), attempt) for attempt in pulled
    ]
    keys = {stored_key(attempt.key) for attempt in pulled} if call.stored else ()
    attempts += [
        (story.Outcome(attempt.outcome), attempt)
        for attempt in call.attempts
        if attempt.key not in keys
    ]
    return numbered(attempts)


def _summary(fetch: Fetch, call: CallToWrite, attempts: Sequence[NumberedAttempt]) -> Summary:
    record, stored, _ = call
    asked_at = _asked_at(fetch)
    asked_for_all = fetch.lookup.fetch_attempt == Lookup.FetchAttempt.ALL
    return Summary(
        record=record,
        summed=summed(attempts, flow_status=record.flow_status, fetched_at=asked_at),
        is_whole=asked_for_all or bool(stored and stored.is_whole and stored.is_final),
        first_fetched_at=stored.first_fetched_at if stored else asked_at,
    )


def _renumber(calls: Iterable[CallRows]) -> None:
    """Writes the numbers of stored attempts that stand elsewhere among the others now."""
    moved = [
        Attempt(id=attempt.id, number=number)
        for call in calls
        if call.stored
        for number, _, attempt in call.attempts
        if isinstance(attempt, StoredAttempt) and attempt.number != number
    ]
    Attempt.objects.bulk_update(moved, ["number"], batch_size=500)
