"""The items of one call → its record.

An attempt that is told twice (same key) becomes one: what comes later counts where it holds
something, and `raw` holds both as a JSON list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from lookups.pull.records import AttemptRecord, CallRecord, Message
from lookups.pull.reply.attempt_fields import Told, told
from lookups.pull.reply.attempts import attempt_of, legs_of
from lookups.pull.reply.call_fields import Said, said
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

_LAST_OF_ALL = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Part:
    """One item of a reply: the object itself, and what it says of the call and of attempts."""

    item: dict[str, Any]
    said: Said
    messages: list[Message]
    is_flat: bool
    """Whether it is an attempt itself, where it tells of one; else attempts lie in it."""
    objects: Sequence[dict[str, Any]]
    attempts: list[tuple[Told, list[Told]]] = field(default_factory=list)
    """What each object tells, and what its legs do."""


def parts_of(items: Sequence[dict[str, Any]]) -> list[Part]:
    """What each of the items tells. They are read together, in a fraction of the time."""
    parts = _parts(items)
    _tell(FLAT_TABLE, [part for part in parts if part.is_flat])
    _tell(ATTEMPT_TABLE, [part for part in parts if not part.is_flat])
    return parts


def _parts(items: Sequence[dict[str, Any]]) -> list[Part]:
    every = said(CALL_TABLE, items)
    flat = [place for place, one in enumerate(every) if not one.attempts]
    for place, one in zip(flat, said(FLAT_TABLE, [items[place] for place in flat]), strict=True):
        every[place] = one
    parts = [
        Part(item, one, messages, is_flat=False, objects=one.attempts)
        for item, one, messages in zip(items, every, messages_of(every), strict=True)
    ]
    for part in map(parts.__getitem__, flat):
        part.is_flat, part.objects = True, [part.item] if _is_attempt(part) else []
    return parts


def _is_attempt(part: Part) -> bool:
    spelled = part.said.names
    return any(
        part.item[spelled[name]] not in EMPTY for name in MARKS_OF_AN_ATTEMPT & spelled.keys()
    )


def _tell(table: Table, parts: list[Part]) -> None:
    groups = [part.objects for part in parts]
    attempts = told(table, [one for group in groups for one in group])
    each = apart(zip(attempts, legs_of(attempts), strict=True), groups)
    for part, mine in zip(parts, each, strict=True):
        part.attempts = mine


class Gathering:
    """One call while its items are read."""

    def __init__(self, uuid: str) -> None:
        self.call = CallRecord(uuid)
        self.attempts: dict[str, list[AttemptRecord]] = {}
        """By their keys; of one told several times each telling."""
        self.messages: dict[Message, None] = {}
        self.raws: list[str] = []

    def take(self, part: Part) -> None:
        call, own = self.call, part.said
        call.request_id = own.request_id or call.request_id
        call.client_identifier = own.client_identifier or call.client_identifier
        call.flow_status = own.flow_status or call.flow_status
        call.keys.update(own.keys)
        self.messages.update(dict.fromkeys(part.messages))
        if part.is_flat:
            self._take_flat(part)
        else:
            self._take_nested(part)

    def _take_flat(self, part: Part) -> None:
        if not part.attempts:
            self.call.unknown.update(part.said.unknown)
            self.raws.append(to_json(part.item))
        for own, legs in part.attempts:
            own.unknown.update(part.said.unknown)
            self._take_attempt(own, legs, part.messages, to_json(part.item))

    def _take_nested(self, part: Part) -> None:
        unknown = part.said.unknown
        spelled = part.said.names["attempts"]
        if spelled in unknown:
            unknown[spelled] = [each for each in unknown[spelled] if each not in part.objects]
        self.call.unknown.update(unknown)
        self.raws.append(to_json_without(part.item, spelled))
        raws = to_json_of_objects(part.item, spelled, part.objects)
        for (own, legs), value, raw in zip(part.attempts, part.objects, raws, strict=True):
            self._take_attempt(own, legs, self._messages_of(own, value), raw)
        if part.messages:
            _hand_out(part.messages, self._in_order())

    def _messages_of(self, own: Told, value: dict[str, Any]) -> list[Message]:
        if not ("sms" in own.names or "emails" in own.names):
            return []
        attempt = said(ATTEMPT_TABLE, [value])
        [messages] = messages_of(attempt)
        own.unknown.update(attempt[0].unknown)
        self.messages.update(dict.fromkeys(messages))
        return messages

    def _take_attempt(self, own: Told, legs: list[Told], messages: list[Message], raw: str) -> None:
        place = len(self.attempts) + 1
        made = attempt_of(own, legs, place=place, messages=messages, raw=raw)
        self.attempts.setdefault(made.key, []).append(made)

    def _in_order(self) -> list[AttemptRecord]:
        for tellings in self.attempts.values():
            if len(tellings) > 1:
                tellings[:] = [_merged(tellings)]
        attempts = [tellings[0] for tellings in self.attempts.values()]
        return sorted(attempts, key=lambda one: one.started_at or _LAST_OF_ALL)

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


def _merged(tellings: Sequence[AttemptRecord]) -> AttemptRecord:
    """One attempt told several times: the latest value that holds something, and all of its raw."""
    values: dict[str, Any] = {
        each.name: value
        for told in tellings
        for each in fields(AttemptRecord)
        if (value := getattr(told, each.name)) not in (None, "", [], {})
    }
    merged = AttemptRecord(**values)
    merged.unknown = {name: inner for told in tellings for name, inner in told.unknown.items()}
    merged.recording_urls = list(
        dict.fromkeys(url for one in tellings for url in one.recording_urls)
    )
    merged.raw = _together(dict.fromkeys(told.raw for told in tellings))
    merged.ring_seconds = seconds_between(merged.ringing_at, merged.connected_at or merged.ended_at)
    merged.talk_seconds = seconds_between(merged.connected_at, merged.ended_at)
    return merged


def _together(raws: Collection[str]) -> str:
    """Objects, and lists of them, as one list; one object alone as it is."""
    if len(raws) == 1:
        return next(iter(raws))
    return "[" + ",".join(raw[1:-1] if raw.startswith("[") else raw for raw in raws) + "]"
