"""Records and sums → rows as the database keeps them."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any

from django.db import connection

from lookups.models import Attempt, Call, Fetch
from lookups.models.bulk import Bulk
from lookups.pull import AttemptRecord, CallRecord
from lookups.recording.summing import Placed, Summed

CALL_COLUMNS = (
    "team_id", "uuid", "credential_id", "request_id", "client_identifier", "flow_status",
    "outcome", "attempt_outcomes", "last_attempt_at", "cause_code", "ended_by", "customer_number",
    "did_number", "dtmf", "talk_seconds", "messages", "keys", "unknown", "raw", "is_final",
    "is_whole", "fetched_at", "first_fetched_at", "fetch_id", "listed_at",
)  # fmt: skip
ATTEMPT_COLUMNS = (
    "team_id", "call_id", "key", "number", "sent_number", "attempt_id", "outcome", "started_at",
    "ringing_at", "connected_at", "ended_at", "ring_seconds", "talk_seconds", "customer_number",
    "did_number", "agent_number", "agent_name", "queue_name", "cause_code", "ended_by", "dtmf",
    "direction", "recording_urls", "sms_status", "email_status", "unknown", "raw",
    "fetched_at",
)  # fmt: skip
CALLS = Bulk(Call, CALL_COLUMNS, key=("team_id", "uuid"), kept=("first_fetched_at",))
ATTEMPTS = Bulk(Attempt, ATTEMPT_COLUMNS, key=("call_id", "key"), unwatched=("fetched_at",))

_json = json.JSONEncoder(separators=(",", ":"), default=datetime.isoformat).encode


@lru_cache(maxsize=4096)
def _json_of_texts(texts: tuple[str, ...]) -> str:
    return _json(texts)


def _limits(model: type[Attempt] | type[Call]) -> dict[str, int]:
    return {f.attname: f.max_length for f in model._meta.concrete_fields if f.max_length}


_OF_CALL, _OF_ATTEMPT = _limits(Call), _limits(Attempt)
_LONGEST_KEY = _OF_ATTEMPT["key"]
_CALL = ATTEMPT_COLUMNS.index("call_id")


@cache
def _time_text() -> Callable[[datetime | None], str | None]:
    """What makes of a UTC time the text this database takes: SQLite keeps it without the offset."""
    return _with_offset if connection.vendor == "postgresql" else _without_offset


def _with_offset(moment: datetime | None) -> str | None:
    return moment.isoformat(" ") if moment else None


def _without_offset(moment: datetime | None) -> str | None:
    return moment.isoformat(" ")[:-6] if moment else None


def stored_key(key: str) -> str:
    """The key, and of one too long for its column what still tells it from others."""
    if len(key) <= _LONGEST_KEY:
        return key
    return key[: _LONGEST_KEY - 33] + "#" + blake2b(key.encode(), digest_size=16).hexdigest()


def call_row(
    fetch: Fetch, one: CallRecord, all_of_it: Summed, *, is_whole: bool, first_fetched_at: datetime
) -> tuple[Any, ...]:
    """The values of CALL_COLUMNS."""
    limit, time = _OF_CALL, _time_text()
    messages = [
        {"kind": m.kind, "to": m.to, "status": m.status, "sent_at": m.sent_at, "text": m.text}
        for m in one.messages
    ]
    return (
        fetch.team_id,
        one.uuid,
        fetch.credential_id,
        one.request_id[: limit["request_id"]],
        one.client_identifier[: limit["client_identifier"]],
        one.flow_status[: limit["flow_status"]],
        all_of_it.outcome.value,
        _json_of_texts(tuple(all_of_it.attempt_outcomes)),
        time(all_of_it.last_attempt_at),
        all_of_it.cause_code[: limit["cause_code"]],
        all_of_it.ended_by[: limit["ended_by"]],
        all_of_it.customer_number[: limit["customer_number"]],
        all_of_it.did_number[: limit["did_number"]],
        all_of_it.dtmf[: limit["dtmf"]],
        all_of_it.talk_seconds,
        _json(messages) if messages else "[]",
        _json(one.keys) if one.keys else "{}",
        _json(one.unknown) if one.unknown else "{}",
        one.raw,
        all_of_it.is_final,
        is_whole,
        time(fetch.claimed_at),
        time(first_fetched_at),
        fetch.pk,
        time(all_of_it.last_attempt_at or first_fetched_at),
    )


def attempt_rows(fetch: Fetch, attempts: Iterable[Placed]) -> list[list[Any]]:
    """The values of ATTEMPT_COLUMNS of each attempt that was pulled just now, but for its call."""
    limit, time = _OF_ATTEMPT, _time_text()
    asked_at = time(fetch.claimed_at)
    return [
        [
            fetch.team_id,
            None,
            stored_key(sent.key),
            number,
            sent.sent_number[: limit["sent_number"]],
            sent.attempt_id[: limit["attempt_id"]],
            outcome.value,
            time(sent.started_at),
            time(sent.ringing_at),
            time(sent.connected_at),
            time(sent.ended_at),
            sent.ring_seconds,
            sent.talk_seconds,
            sent.customer_number[: limit["customer_number"]],
            sent.did_number[: limit["did_number"]],
            sent.agent_number[: limit["agent_number"]],
            sent.agent_name[: limit["agent_name"]],
            sent.queue_name[: limit["queue_name"]],
            sent.cause_code[: limit["cause_code"]],
            sent.ended_by[: limit["ended_by"]],
            sent.dtmf[: limit["dtmf"]],
            sent.direction[: limit["direction"]],
            _json(sent.recording_urls) if sent.recording_urls else "[]",
            sent.sms_status[: limit["sms_status"]],
            sent.email_status[: limit["email_status"]],
            _json(sent.unknown) if sent.unknown else "{}",
            sent.raw,
            asked_at,
        ]
        for number, outcome, sent in attempts
        if isinstance(sent, AttemptRecord)
    ]


def with_call(call_id: int, rows: list[list[Any]]) -> list[list[Any]]:
    """The rows, each with the call it belongs to."""
    for row in rows:
        row[_CALL] = call_id
    return rows
