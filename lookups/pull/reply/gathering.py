"""The items of one call → its record.

Two records of an attempt (same key) become one: the later value counts where it holds something,
and `raw` holds both as a JSON list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from lookups.fields import CALL, Source
from lookups.pull.records import AttemptRecord, CallRecord, Message
from lookups.pull.reply.attempt_fields import AttemptFields, attempt_fields_of
from lookups.pull.reply.attempts import attempt_of, legs_of
from lookups.pull.reply.call_fields import CallFields, call_fields_of
from lookups.pull.reply.fields import (
    ATTEMPT_TABLE,
    CALL_TABLE,
    FLAT_TABLE,
    MARKS_OF_AN_ATTEMPT,
    Table,
)
from lookups.pull.reply.leaving import leave_out
from lookups.pull.reply.many_objects import apart
from lookups.pull.reply.messages import messages_of, statuses
from lookups.pull.reply.normalise import seconds_between
from lookups.pull.reply.one_object import EMPTY
from lookups.pull.reply.parse import to_json, to_json_of_objects, to_json_without

_PLAIN = tuple(row.name for row in CALL if row.source is Source.OBJECT)
_LAST_OF_ALL = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Part:
    """One item of a reply: the object itself, and its fields of the call and of attempts."""

    item: dict[str, Any]
    call: CallFields
    messages: list[Message]
    is_flat: bool
    """Whether no attempts lie in it, so that it is an attempt itself or has none."""
    objects: Sequence[dict[str, Any]]
    attempts: list[tuple[AttemptFields, list[AttemptFields]]] = field(default_factory=list)
    """The fields of each object, and those of its legs."""


def parts_of(items: Sequence[dict[str, Any]]) -> list[Part]:
    """A part for each item. Items are read together, as that takes a fraction of the time."""
    parts = _parts(items)
    _read_attempts(FLAT_TABLE, [part for part in parts if part.is_flat])
    _read_attempts(ATTEMPT_TABLE, [part for part in parts if not part.is_flat])
    return parts


def _parts(items: Sequence[dict[str, Any]]) -> list[Part]:
    calls = call_fields_of(CALL_TABLE, items)
    flat = [place for place, call in enumerate(calls) if not call.attempts]
    flat_calls = call_fields_of(FLAT_TABLE, [items[place] for place in flat])
    for place, call in zip(flat, flat_calls, strict=True):
        calls[place] = call
    parts = [
        Part(item=item, call=call, messages=messages, is_flat=False, objects=call.attempts)
        for item, call, messages in zip(items, calls, messages_of(calls), strict=True)
    ]
    for part in map(parts.__getitem__, flat):
        part.is_flat, part.objects = True, [part.item] if _is_attempt(part) else []
    return parts


def _is_attempt(part: Part) -> bool:
    spelled = part.call.names
    return any(
        part.item[spelled[name]] not in EMPTY for name in MARKS_OF_AN_ATTEMPT & spelled.keys()
    )


def _read_attempts(table: Table, parts: list[Part]) -> None:
    groups = [part.objects for part in parts]
    objects = [value for group in groups for value in group]
    attempts = attempt_fields_of(table, objects)
    each = apart(zip(attempts, legs_of(attempts), strict=True), groups)
    for part, mine in zip(parts, each, strict=True):
        part.attempts = mine


class Gathering:
    """One call while its items are read."""

    def __init__(self, uuid: str) -> None:
        self.call = CallRecord(uuid)
        self.attempts: dict[str, list[AttemptRecord]] = {}
        """By their keys; several where several objects tell of one attempt."""
        self.messages: dict[Message, None] = {}
        self.raws: list[str] = []

    def take(self, part: Part) -> None:
        call, found = self.call, part.call
        for name in _PLAIN:
            if value := getattr(found, name):
                setattr(call, name, value)
        call.keys.update(found.keys)
        self.messages.update(dict.fromkeys(part.messages))
        if part.is_flat:
            self._take_flat(part)
        else:
            self._take_nested(part)

    def _take_flat(self, part: Part) -> None:
        if not part.attempts:
            self.call.unknown.update(part.call.unknown)
            self.raws.append(to_json(part.item))
        for own, legs in part.attempts:
            own.unknown.update(part.call.unknown)
            self._take_attempt(own, legs, part.messages, to_json(part.item))

    def _take_nested(self, part: Part) -> None:
        unknown = part.call.unknown
        spelled = part.call.names["attempts"]
        if spelled in unknown:
            unknown[spelled] = [each for each in unknown[spelled] if each not in part.objects]
        self.call.unknown.update(unknown)
        self.raws.append(to_json_without(part.item, spelled))
        raws = to_json_of_objects(part.item, spelled, part.objects)
        for (own, legs), value, raw in zip(part.attempts, part.objects, raws, strict=True):
            self._take_attempt(own, legs, self._messages_of(own, value), raw)
        if part.messages:
            _hand_out(part.messages, self._in_order())

    def _messages_of(self, own: AttemptFields, value: dict[str, Any]) -> list[Message]:
        if not ("sms" in own.names or "emails" in own.names):
            return []
        fields_of_messages = call_fields_of(ATTEMPT_TABLE, [value])
        [messages] = messages_of(fields_of_messages)
        own.unknown.update(fields_of_messages[0].unknown)
        self.messages.update(dict.fromkeys(messages))
        return messages

    def _take_attempt(
        self, own: AttemptFields, legs: list[AttemptFields], messages: list[Message], raw: str
    ) -> None:
        place = len(self.attempts) + 1
        made = attempt_of(own, legs, place=place, messages=messages, raw=raw)
        self.attempts.setdefault(made.key, []).append(made)

    def _in_order(self) -> list[AttemptRecord]:
        for records in self.attempts.values():
            if len(records) > 1:
                records[:] = [_merged(records)]
        attempts = [records[0] for records in self.attempts.values()]
        return sorted(attempts, key=lambda attempt: attempt.started_at or _LAST_OF_ALL)

    def record(self, left: Counter[str] | None = None, rest: str = "") -> CallRecord:
        """The call; `left` and `rest` are what was not read of it, by kind and as JSON."""
        raws = list(dict.fromkeys(raw for raw in (*self.raws, rest) if raw))
        self.call.attempts = self._in_order()
        self.call.messages = list(self.messages)
        self.call.raw = _together(raws) if raws else ""
        leave_out(self.call, left if left is not None else Counter())
        return self.call


def _hand_out(messages: list[Message], attempts: list[AttemptRecord]) -> None:
    """Gives each message of the call to the attempt it followed: the last begun before it."""
    given: dict[int, list[Message]] = {}
    for message in messages:
        if attempts:
            given.setdefault(_followed(message, attempts), []).append(message)
    for index, own in given.items():
        attempt = attempts[index]
        attempt.sms_status = attempt.sms_status or statuses(own, "sms")
        attempt.email_status = attempt.email_status or statuses(own, "email")


def _followed(message: Message, attempts: list[AttemptRecord]) -> int:
    for index in range(len(attempts) - 1, -1, -1):
        started = attempts[index].started_at
        if message.sent_at and started and started <= message.sent_at:
            return index
    return len(attempts) - 1


def _merged(records: Sequence[AttemptRecord]) -> AttemptRecord:
    """The records of one attempt as one: each the latest value that holds something, raw of all."""
    values: dict[str, Any] = {
        each.name: value
        for record in records
        for each in fields(AttemptRecord)
        if (value := getattr(record, each.name)) not in (None, "", [], {})
    }
    merged = AttemptRecord(**values)
    merged.unknown = {name: inner for one in records for name, inner in one.unknown.items()}
    merged.recording_urls = list(
        dict.fromkeys(url for record in records for url in record.recording_urls)
    )
    merged.raw = _together(dict.fromkeys(record.raw for record in records))
    merged.ring_seconds = seconds_between(merged.ringing_at, merged.connected_at or merged.ended_at)
    merged.talk_seconds = seconds_between(merged.connected_at, merged.ended_at)
    return merged


def _together(raws: Collection[str]) -> str:
    """Objects, and lists of them, as one list; one object alone as it is."""
    if len(raws) == 1:
        return next(iter(raws))
    return "[" + ",".join(raw[1:-1] if raw.startswith("[") else raw for raw in raws) + "]"
