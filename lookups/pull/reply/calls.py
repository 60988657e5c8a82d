"""A parsed reply and the asked UUIDs → call records, whatever shape the data has.

`data` may hold one item per attempt or one per call with a list of attempts: items are gathered by
UUID, never matched by place. An asked UUID that no item names is missing; a UUID nobody asked for
is counted and dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lookups.pull.errors import Action, Unreadable
from lookups.pull.records import CallRecord
from lookups.pull.reply.fields import CALL_TABLE
from lookups.pull.reply.gathering import Gathering, Part, parts_of
from lookups.pull.reply.heavy import Heavy
from lookups.pull.reply.many_objects import apart
from lookups.pull.reply.one_object import Reading

_UNKNOWN_SHAPE = (
    "Phonon's answer has a form the portal does not know, so nothing was taken from it. "
    "Tell the administrator of the portal."
)
_TOO_HEAVY = (
    "Phonon's answer holds more values than the portal reads at once. The portal asks for fewer "
    "UUIDs."
)


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
    if isinstance(data, Heavy):
        return _of_heavy(data, asked)
    gathered: dict[str, list[dict[str, Any]]] = {}
    names = _Names(asked)
    unasked: set[str] = set()
    nameless = 0
    for item in _items(data):
        spelled = _uuid_of(item) if isinstance(item, dict) else ""
        if uuid := names[spelled]:
            gathered.setdefault(uuid, []).append(item)
        elif name := _canonical(spelled):
            unasked.add(name)
        else:
            nameless += 1
    missing = [uuid for uuid in asked if uuid not in gathered]
    if missing and nameless:
        raise Unreadable(_UNKNOWN_SHAPE, action=Action.SPLIT)
    found = _calls({uuid: gathered[uuid] for uuid in asked if uuid in gathered})
    return Calls(found, missing, len(unasked) + nameless)


def _of_heavy(data: Heavy, asked: Sequence[str]) -> Calls:
    """The same of data that is read piece by piece, which is done for one UUID alone."""
    if len(asked) > 1:
        raise Unreadable(_TOO_HEAVY, action=Action.SPLIT)
    [uuid] = asked
    gathering = Gathering(uuid)
    is_found = False
    for items in data.items(_uuid_of, _Names(asked).__getitem__):
        is_found = is_found or bool(items)
        for part in parts_of(items):
            gathering.take(part)
    if not is_found and data.nameless:
        raise Unreadable(_UNKNOWN_SHAPE, action=Action.SPLIT)
    found = {uuid: gathering.record(data.left, data.rest())} if is_found else {}
    return Calls(found, [] if is_found else [uuid], data.unasked + data.nameless)


class _Names(dict[str, str]):
    """How an item spells a UUID → the asked UUID that it is, "" for any other."""

    def __init__(self, asked: Sequence[str]) -> None:
        # Nearly all are spelled as they were asked.
        super().__init__(zip(asked, asked, strict=True))
        self._asked = asked

    def __missing__(self, spelled: str) -> str:
        return self._by_canonical.get(_canonical(spelled), "")

    @cached_property
    def _by_canonical(self) -> dict[str, str]:
        return {_canonical(uuid): uuid for uuid in self._asked}


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


def _calls(gathered: dict[str, list[dict[str, Any]]]) -> dict[str, CallRecord]:
    """The calls by UUID, of the items of each."""
    # Read together, which takes a fraction of the time.
    parts = parts_of([item for items in gathered.values() for item in items])
    each = apart(parts, gathered.values())
    return {uuid: _call(uuid, mine) for uuid, mine in zip(gathered, each, strict=True)}


def _call(uuid: str, parts: list[Part]) -> CallRecord:
    gathering = Gathering(uuid)
    for part in parts:
        gathering.take(part)
    return gathering.record()
