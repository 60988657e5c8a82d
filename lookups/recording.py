"""Replies → Call and Attempt rows, in bulk and idempotent.

Recording a reply twice changes nothing; recording two replies in any order leaves what the newer
one says. An attempt that a newer reply no longer holds is kept. Nothing is written for a UUID that
was not asked for: such a UUID never gets past `pull`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from lookups import story
from lookups.models import Attempt, Call, Fetch, Lookup
from lookups.pull import AttemptRecord, CallRecord, Reply

RECORD_LOCK = 0x70686F6E
LONG_AGO = datetime.min.replace(tzinfo=UTC)
CALL_KEY = ["team", "uuid"]
ATTEMPT_KEY = ["call", "key"]
CALL_FIELDS = [
    field.name
    for field in Call._meta.concrete_fields
    if field.name not in {"id", "first_fetched_at", *CALL_KEY}
]
ATTEMPT_FIELDS = [
    field.name
    for field in Attempt._meta.concrete_fields
    if field.name not in {"id", "team", *ATTEMPT_KEY}
]


@dataclass
class Told:
    """What one record comes to: the call's row, its attempts as told now, and older ones kept."""

    call: Call
    attempts: list[Attempt]
    renumbered: list[Attempt]


def record(fetch: Fetch, reply: Reply) -> None:
    """Writes the calls of one reply. Must run in a transaction; the ledger settles it."""
    _one_recorder_of_a_team(fetch)
    records = [reply.calls[uuid] for uuid in sorted(reply.calls)]
    stored = _stored_calls(fetch, [one.uuid for one in records])
    known = _known_attempts(stored.values())
    told = [
        _told(fetch, one, stored.get(one.uuid), known)
        for one in records
        if one.uuid not in stored or stored[one.uuid].fetched_at <= fetch.claimed_at
    ]
    _write(fetch, told)


def _one_recorder_of_a_team(fetch: Fetch) -> None:
    """A row that is not there yet cannot be locked, and two replies may bring the same new call."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [RECORD_LOCK, fetch.team_id])


def _stored_calls(fetch: Fetch, uuids: list[str]) -> dict[str, Call]:
    # Ordered and locked, so that two workers with the same UUID wait for each other in one order.
    rows = (
        Call.objects.for_team(fetch.team)
        .filter(uuid__in=uuids)
        .order_by("uuid")
        .defer("raw")
        .select_for_update(of=("self",))
    )
    return {call.uuid: call for call in rows}


def _known_attempts(calls: Iterable[Call]) -> dict[int, list[Attempt]]:
    known: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in Attempt.objects.filter(call__in=list(calls)).defer("raw", "legs", "unknown"):
        known[attempt.call_id].append(attempt)
    return known


def _told(
    fetch: Fetch, one: CallRecord, stored: Call | None, known: dict[int, list[Attempt]]
) -> Told:
    call = _call_row(fetch, one, stored)
    now = [_attempt_row(fetch, call, sent) for sent in one.attempts]
    keys = {row.key for row in now}
    kept = [row for row in known[stored.pk] if row.key not in keys] if stored else []
    before = {row.pk: row.number for row in kept}
    _sum_up(call, numbered(now + kept))
    return Told(call, now, [row for row in kept if row.number != before[row.pk]])


def _write(fetch: Fetch, told: list[Told]) -> None:
    Call.objects.bulk_create(
        (one.call for one in told),
        update_conflicts=True,
        unique_fields=CALL_KEY,
        update_fields=CALL_FIELDS,
    )
    # An upsert does not say which row it wrote.
    written = Call.objects.for_team(fetch.team).filter(uuid__in=[one.call.uuid for one in told])
    ids = dict(written.values_list("uuid", "pk"))
    attempts = [attempt for one in told for attempt in one.attempts]
    for attempt in attempts:
        attempt.call_id = ids[attempt.call.uuid]
    Attempt.objects.bulk_create(
        attempts, update_conflicts=True, unique_fields=ATTEMPT_KEY, update_fields=ATTEMPT_FIELDS
    )
    renumbered = [attempt for one in told for attempt in one.renumbered]
    Attempt.objects.bulk_update(renumbered, ["number"])


def _call_row(fetch: Fetch, one: CallRecord, stored: Call | None) -> Call:
    asked_at = fetch.claimed_at
    asked_for_all = fetch.lookup.fetch_attempt == Lookup.FetchAttempt.ALL
    return Call(
        team_id=fetch.team_id,
        uuid=one.uuid,
        credential_id=fetch.credential_id,
        request_id=one.request_id[:200],
        client_identifier=one.client_identifier[:500],
        flow_status=one.flow_status[:100],
        messages=[asdict(message) for message in one.messages],
        keys=one.keys,
        unknown=one.unknown,
        raw=one.raw,
        is_whole=asked_for_all or bool(stored and stored.is_whole and stored.is_final),
        fetched_at=asked_at,
        first_fetched_at=stored.first_fetched_at if stored else asked_at,
        fetch=fetch,
    )


def _attempt_row(fetch: Fetch, call: Call, sent: AttemptRecord) -> Attempt:
    values: dict[str, Any] = {name: getattr(sent, name) for name in COPIED_FIELDS}
    for name, limit in LIMITS.items():
        values[name] = values[name][:limit]
    return Attempt(
        team_id=fetch.team_id,
        call=call,
        outcome=story.attempt_outcome(sent, flow_status=call.flow_status),
        fetched_at=fetch.claimed_at,
        **values,
    )


COPIED_FIELDS = [
    name for name in ATTEMPT_FIELDS if name not in {"number", "outcome", "fetched_at"}
] + ["key"]
LIMITS = {
    field.name: field.max_length
    for field in Attempt._meta.concrete_fields
    if field.name in COPIED_FIELDS and field.max_length
}


def numbered(attempts: list[Attempt]) -> list[Attempt]:
    """The attempts in order, each with its number from 1.

    Phonon's own numbers count when each attempt has one; reports print the last as FINAL, so else
    the order of their starts does.
    """
    sent = [row.sent_number for row in attempts]
    if all(text.isascii() and text.isdigit() and text != "0" for text in sent) and len(
        {int(text) for text in sent}
    ) == len(sent):
        for row in attempts:
            row.number = min(int(row.sent_number), 2_000_000_000)
        return sorted(attempts, key=lambda row: row.number)
    in_order = sorted(attempts, key=_by_start)
    for number, row in enumerate(in_order, start=1):
        row.number = number
    return in_order


def _by_start(row: Attempt) -> tuple[bool, datetime, str]:
    """Earliest first; those that tell no start stay last, in the order in which they came."""
    if row.started_at is None:
        return True, LONG_AGO, ""
    return False, row.started_at, row.key


def _sum_up(call: Call, attempts: list[Attempt]) -> None:
    """What lists and search need to know of the call without reading its attempts."""
    outcomes = [story.Outcome(row.outcome) for row in attempts]
    last = attempts[-1] if attempts else None
    talks = [row.talk_seconds for row in attempts if row.talk_seconds is not None]
    starts = [row.started_at for row in attempts if row.started_at]
    call.outcome = story.call_outcome(outcomes, flow_status=call.flow_status)
    call.attempt_outcomes = [outcome.value for outcome in outcomes]
    call.last_attempt_at = max(starts, default=None)
    call.cause_code = last.cause_code if last else ""
    call.ended_by = last.ended_by if last else ""
    call.customer_number = last.customer_number if last else ""
    call.did_number = last.did_number if last else ""
    call.dtmf = " ".join(row.dtmf for row in attempts if row.dtmf)[:200]
    call.talk_seconds = max(talks, default=None)
    call.is_final = story.is_final(
        call.flow_status, last.ended_at if last else None, call.fetched_at
    )
    call.listed_at = call.last_attempt_at or call.first_fetched_at
