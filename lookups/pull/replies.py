"""A parsed reply and the asked UUIDs → call records, whatever shape the data has.

`data` may hold one item per attempt or one per call with a list of attempts: items are gathered by
UUID, never matched by place. An asked UUID that no item names is missing; a UUID nobody asked for
is counted and dropped. An attempt that is told twice (same key) becomes one: what comes later
counts where it holds something, and `raw` holds both as a JSON list.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from lookups.pull.attempts import attempt_of, legs_of
from lookups.pull.errors import Action, Unreadable
from lookups.pull.fields import (
    ATTEMPT_TABLE,
    CALL_TABLE,
    FLAT_TABLE,
    KEY_TABLE,
    MARKS_OF_AN_ATTEMPT,
    Table,
    plain,
)
from lookups.pull.messages import messages_of, statuses
from lookups.pull.normalise import seconds_between, text
from lookups.pull.parse import to_json, to_json_without
from lookups.pull.reading import Reading
from lookups.pull.records import AttemptRecord, CallRecord, Message
from lookups.pull.told import Told, told

_UNKNOWN_SHAPE = (
    "Phonon's answer has a form the portal does not know, so nothing was taken from it. "
    "Tell the administrator of the portal."
)
_LAST_OF_ALL = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Calls:
    """Every asked UUID stands once, in `found` or in `missing`."""

    found: dict[str, CallRecord]
    missing: list[str]
    unasked: int


def calls_of(data: Any, asked: Sequence[str]) -> Calls:
    """The calls in the `data` of a reply. Raises Unreadable when it cannot be told whose they are.

    An item without a readable UUID is let pass only if no asked UUID is missing: otherwise the
    item could be the missing one's, and "not found" would be a guess.
    """
    gathered: dict[str, list[dict[str, Any]]] = {}
    nameless = 0
    for item in _items(data):
        name = _canonical(_uuid_of(item)) if isinstance(item, dict) else ""
        if name and isinstance(item, dict):
            gathered.setdefault(name, []).append(item)
        else:
            nameless += 1
    wanted = {uuid: _canonical(uuid) for uuid in asked}
    missing = [uuid for uuid, name in wanted.items() if name not in gathered]
    if missing and nameless:
        raise Unreadable(_UNKNOWN_SHAPE, action=Action.SPLIT)
    found = _calls({uuid: gathered[name] for uuid, name in wanted.items() if name in gathered})
    return Calls(found, missing, len(gathered.keys() - wanted.values()) + nameless)


def _items(data: Any) -> list[Any]:
    if data is None:
        return []
    if isinstance(data, dict):
        return [data] if data else []
    if isinstance(data, list):
        return data
    raise Unreadable(_UNKNOWN_SHAPE)


def _uuid_of(item: dict[str, Any]) -> str:
    uuid = item.get("phonon-uuid")
    if isinstance(uuid, str) and len(uuid) == 36:
        return uuid
    return Reading(CALL_TABLE, item).short("uuid")


def _canonical(uuid: str) -> str:
    """A UUID without case, braces and hyphens: what two spellings of it are compared by."""
    return uuid.strip(" {}").lower().removeprefix("urn:uuid:").replace("-", "")


@dataclass(slots=True)
class _Part:
    """One item of a reply: the object itself, and what it tells of attempts."""

    item: dict[str, Any]
    reading: Reading
    is_flat: bool
    """Whether it is an attempt itself, where it tells of one; else attempts lie in it."""
    objects: list[dict[str, Any]]
    attempts: list[tuple[Told, list[Told]]] = field(default_factory=list)
    """What each object tells, and what its legs do."""


def _calls(gathered: dict[str, list[dict[str, Any]]]) -> dict[str, CallRecord]:
    """The calls by UUID, of the items of each."""
    parts = {uuid: list(map(_part, items)) for uuid, items in gathered.items()}
    every = [part for mine in parts.values() for part in mine]
    _tell(FLAT_TABLE, [part for part in every if part.is_flat])
    _tell(ATTEMPT_TABLE, [part for part in every if not part.is_flat])
    return {uuid: _call(uuid, mine) for uuid, mine in parts.items()}


def _part(item: dict[str, Any]) -> _Part:
    reading = Reading(CALL_TABLE, item)
    if nested := reading.objects("attempts"):
        return _Part(item, reading, False, nested)
    reading = Reading(FLAT_TABLE, item)
    return _Part(item, reading, True, [item] if reading.has(MARKS_OF_AN_ATTEMPT) else [])


def _tell(table: Table, parts: list[_Part]) -> None:
    """Reads the objects of all parts together, which takes a fraction of the time."""
    attempts = told(table, [one for part in parts for one in part.objects])
    each = zip(attempts, legs_of(attempts), strict=True)
    for part in parts:
        part.attempts = list(islice(each, len(part.objects)))


class _Gathering:
    """One call while its items are read."""

    def __init__(self, uuid: str) -> None:
        self.uuid = uuid
        self.texts = {"request_id": "", "client_identifier": "", "flow_status": ""}
        self.attempts: dict[str, list[AttemptRecord]] = {}
        """By their keys; of one told several times each telling."""
        self.messages: dict[Message, None] = {}
        self.keys: dict[str, str] = {}
        self.unknown: dict[str, Any] = {}
        self.raws: list[str] = []

    def take(self, part: _Part) -> None:
        messages = self._take_call(part.reading)
        if part.is_flat:
            self._take_flat(part, messages)
        else:
            self._take_nested(part, messages)

    def _take_call(self, reading: Reading) -> list[Message]:
        """What an item says of the call itself; its messages."""
        for name in self.texts:
            self.texts[name] = reading.short(name) or self.texts[name]
        self.keys.update(_keys(reading))
        messages = messages_of(reading)
        self.messages.update(dict.fromkeys(messages))
        return messages

    def _take_flat(self, part: _Part, messages: list[Message]) -> None:
        part.reading.objects("attempts")
        if not part.attempts:
            self.unknown.update(part.reading.unknown)
            self.raws.append(to_json(part.item))
        for own, legs in part.attempts:
            own.unknown.update(part.reading.unknown)
            self._take_attempt(own, legs, messages, to_json(part.item))

    def _take_nested(self, part: _Part, messages: list[Message]) -> None:
        unknown = part.reading.unknown
        spelled = part.reading.name_of("attempts")
        if spelled in unknown:
            unknown[spelled] = [each for each in unknown[spelled] if each not in part.objects]
        self.unknown.update(unknown)
        self.raws.append(to_json_without(part.item, spelled))
        for (own, legs), value in zip(part.attempts, part.objects, strict=True):
            of_attempt = self._messages_of_attempt(own, value)
            self._take_attempt(own, legs, of_attempt, to_json(value))
        if messages:
            _hand_out(messages, self._in_order())

    def _messages_of_attempt(self, own: Told, value: dict[str, Any]) -> list[Message]:
        if not ("sms" in own.names or "emails" in own.names):
            return []
        reading = Reading(ATTEMPT_TABLE, value)
        messages = messages_of(reading)
        own.unknown.update(reading.unknown)
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

    def record(self) -> CallRecord:
        raws = list(dict.fromkeys(self.raws))
        return CallRecord(
            uuid=self.uuid,
            attempts=self._in_order(),
            messages=list(self.messages),
            keys=self.keys,
            unknown=self.unknown,
            raw=_together(raws) if raws else "",
            **self.texts,
        )


def _call(uuid: str, parts: list[_Part]) -> CallRecord:
    gathering = _Gathering(uuid)
    for part in parts:
        gathering.take(part)
    return gathering.record()


def _keys(reading: Reading) -> dict[str, str]:
    """Flow variables, from a list of names and values or from one object."""
    value = reading.raw("keys")
    if isinstance(value, dict) and not {plain(name) for name in value} <= {"name", "value"}:
        return {name: text(inner) or to_json(inner) for name, inner in value.items()}
    found = {}
    for pair in reading.objects("keys"):
        of_pair = Reading(KEY_TABLE, pair)
        name = of_pair.short("name")
        if name:
            inner = of_pair.raw("value")
            found[name] = inner if isinstance(inner, str) else text(inner) or to_json(inner)
        else:
            reading.does_not_fit("keys")
    return found


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
