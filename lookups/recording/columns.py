"""Records and sums → rows as the database keeps them, made a column at a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from hashlib import blake2b
from itertools import repeat
from operator import attrgetter
from typing import Any, NamedTuple

from msgspec.json import Decoder, Encoder

from lookups import fields
from lookups.database import times
from lookups.database.bulk import Bulk, Row
from lookups.fields import Field, Kind, Source
from lookups.models import Attempt, Call, Fetch
from lookups.pull import AttemptRecord, CallRecord, Message
from lookups.recording.stored import NumberedAttempt
from lookups.recording.summary import Summed


def _columns(model: type[Attempt] | type[Call]) -> tuple[str, ...]:
    return tuple(f.attname for f in model._meta.concrete_fields if not f.primary_key)


CALL_COLUMNS, ATTEMPT_COLUMNS = _columns(Call), _columns(Attempt)
CALLS = Bulk(Call, CALL_COLUMNS, key=("team_id", "uuid"), kept=("first_fetched_at",))
ATTEMPTS = Bulk(Attempt, ATTEMPT_COLUMNS, key=("call_id", "key"), unwatched=("fetched_at",))

_encode = Encoder().encode
_decode_texts = Decoder(list[str | None]).decode

Column = Iterable[Any]
"""The value of each row. A value that all rows share may be repeated without end."""


def _limits(model: type[Attempt] | type[Call]) -> dict[str, int]:
    return {f.attname: f.max_length for f in model._meta.concrete_fields if f.max_length}


_OF_CALL, _OF_ATTEMPT = _limits(Call), _limits(Attempt)
_LONGEST_KEY = _OF_ATTEMPT["key"]
_CALL = ATTEMPT_COLUMNS.index("call_id")
_FEW = 20
_TEXTS_OF_SUM = ("cause_code", "ended_by", "customer_number", "did_number", "dtmf")


class Summary(NamedTuple):
    """A call of the reply, with what is kept of it beside."""

    record: CallRecord
    summed: Summed
    is_whole: bool
    first_fetched_at: datetime


def call_rows(fetch: Fetch, calls: Sequence[Summary]) -> list[Row]:
    """The values of CALL_COLUMNS of each call."""
    records, sums = [call.record for call in calls], [call.summed for call in calls]
    last_at = [each.last_attempt_at for each in sums]
    first_fetched_at = [call.first_fetched_at for call in calls]
    return _rows(
        CALL_COLUMNS,
        _kept(records, _KEPT_OF_CALL),
        _kept(sums, _KEPT_OF_SUM),
        team_id=repeat(fetch.team_id),
        uuid=[record.uuid for record in records],
        credential_id=repeat(fetch.credential_id),
        outcome=[str(each.outcome) for each in sums],
        attempt_outcomes=[_json_of_outcomes(each.attempt_outcomes) for each in sums],
        last_attempt_at=_time_texts(last_at),
        talk_seconds=[each.talk_seconds for each in sums],
        messages=[
            _json(list(map(_of_message, found))) if (found := record.messages) else "[]"
            for record in records
        ],
        keys=[_json_of(record.keys, "{}") for record in records],
        unknown=[_json_of(record.unknown, "{}") for record in records],
        raw=[record.raw for record in records],
        left_out=[_json(record.left_out) if record.left_out else None for record in records],
        is_final=[each.is_final for each in sums],
        is_whole=[call.is_whole for call in calls],
        fetched_at=repeat(_time_text(fetch.claimed_at)),
        first_fetched_at=_time_texts(first_fetched_at),
        listed_at=_time_texts(a or b for a, b in zip(last_at, first_fetched_at, strict=True)),
    )


def attempt_rows(fetch: Fetch, attempts: Iterable[NumberedAttempt]) -> list[list[Any]]:
    """The values of ATTEMPT_COLUMNS of each attempt of the reply, but for its call.

    Attempts that were stored before get no row.
    """
    pulled = [each for each in attempts if isinstance(each.attempt, AttemptRecord)]
    records: list[Any] = [each.attempt for each in pulled]
    rows = _rows(
        ATTEMPT_COLUMNS,
        _kept(records, _KEPT_OF_ATTEMPT),
        call_id=repeat(None),
        key=[stored_key(record.key) for record in records],
        number=[each.number for each in pulled],
        outcome=[str(each.outcome) for each in pulled],
        unknown=[_json_of(record.unknown, "{}") for record in records],
        raw=[record.raw for record in records],
        fetched_at=repeat(_time_text(fetch.claimed_at)),
    )
    return list(map(list, rows))


def with_call(call_id: int, rows: list[list[Any]]) -> list[list[Any]]:
    """The rows, each with the call it belongs to."""
    for row in rows:
        row[_CALL] = call_id
    return rows


def stored_key(key: str) -> str:
    """The key, and of one too long for its column what still tells it from others."""
    if len(key) <= _LONGEST_KEY:
        return key
    return key[: _LONGEST_KEY - 33] + "#" + blake2b(key.encode(), digest_size=16).hexdigest()


def _rows(names: Sequence[str], *more: Mapping[str, Column], **columns: Column) -> list[Row]:
    for some in more:
        columns |= some
    return list(zip(*(columns[name] for name in names)))  # noqa: B905


def _kept(records: Iterable[Any], kept: Mapping[str, "AsStored"]) -> dict[str, Column]:
    """The columns of these fields of the records."""
    return {name: made(list(map(attrgetter(name), records))) for name, made in kept.items()}


def _cut(texts: list[str], *, limit: int) -> list[str]:
    if max(map(len, texts), default=0) <= limit:
        return texts
    return [text[:limit] for text in texts]


def _time_texts(moments: Iterable[datetime | None]) -> list[str | None]:
    """UTC times as the text this database takes."""
    # Written and read again as JSON, as that takes a fraction of isoformat's time.
    return _decode_texts(times.as_stored(_encode(list(moments))))


def _time_text(moment: datetime | None) -> str | None:
    return _time_texts([moment])[0]


def _of_message(message: Message) -> dict[str, Any]:
    sent_at = message.sent_at.isoformat() if message.sent_at else None
    return message._asdict() | {"sent_at": sent_at}


def _json(value: Any) -> str:
    return _encode(value).decode()


def _json_of(value: Any, empty: str) -> str:
    return _json(value) if value else empty


def _json_lists(values: list[Any]) -> list[str]:
    return [_json_of(value, "[]") for value in values]


def _json_of_outcomes(outcomes: list[str]) -> str:
    # Nearly all calls have a few attempts, and many the same outcomes.
    return _json_of_texts(tuple(outcomes)) if len(outcomes) <= _FEW else _json(outcomes)


@lru_cache(maxsize=4096)
def _json_of_texts(texts: tuple[str, ...]) -> str:
    return _json(texts)


AsStored = Callable[[list[Any]], Column]
"""Makes a column of rows of the values of a field."""


def _as_stored(field: Field, limits: Mapping[str, int]) -> AsStored:
    if limit := limits.get(field.column):
        return partial(_cut, limit=limit)
    by_kind: dict[Kind, AsStored] = {Kind.TIME: _time_texts, Kind.ADDRESSES: _json_lists}
    return by_kind.get(field.kind, list)


_KEPT_OF_CALL = {
    field.name: _as_stored(field, _OF_CALL)
    for field in fields.CALL
    if field.source is Source.OBJECT
}
_KEPT_OF_SUM: dict[str, AsStored] = {
    name: partial(_cut, limit=_OF_CALL[name]) for name in _TEXTS_OF_SUM
}
_KEPT_OF_ATTEMPT = {
    field.name: _as_stored(field, _OF_ATTEMPT) for field in fields.ATTEMPT if field.source.is_kept
}
