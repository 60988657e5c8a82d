"""What of a call is over the limits, and so stands in its raw JSON alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeVar

from lookups.limits import (
    READ_ADDRESS,
    READ_CHARACTERS,
    READ_MESSAGES,
    READ_RECORDINGS,
    READ_TOGETHER,
    READ_UNKNOWN,
    READ_VARIABLES,
)
from lookups.pull.records import AttemptRecord, CallRecord
from lookups.pull.reply.parse import to_json

T = TypeVar("T")


class Room:
    """How much more of one kind may be kept: so many things, of so many characters together."""

    def __init__(self, most: int) -> None:
        self.things, self.characters = most, READ_TOGETHER

    def takes(self, size: int) -> bool:
        """Whether a thing of that size still fits; it is counted then."""
        fits = self.things > 0 and size <= min(READ_CHARACTERS, self.characters)
        if fits:
            self.things -= 1
            self.characters -= size
        return fits


def leave_out(call: CallRecord, left: Counter[str]) -> None:
    """Takes what is over a limit out of the call, and notes how many of each kind are left out.

    `left` counts those that were never read.
    """
    call.keys = _fitting(call.keys, Room(READ_VARIABLES), left, "variables")
    unknown = Room(READ_UNKNOWN)
    holders: list[CallRecord | AttemptRecord] = [call, *call.attempts]
    for one in holders:
        if one.unknown:
            one.unknown = _fitting(one.unknown, unknown, left, "unknown")
    if call.messages:
        room = Room(READ_MESSAGES)
        kept = [one for one in call.messages if room.takes(len(one.text))]
        left["messages"] += len(call.messages) - len(kept)
        call.messages = kept
    for attempt in call.attempts:
        if attempt.recording_urls:
            attempt.recording_urls = _short(attempt.recording_urls, left)
    call.left_out = {kind: count for kind, count in left.items() if count}


def _fitting(fields: dict[str, T], room: Room, left: Counter[str], kind: str) -> dict[str, T]:
    """The fields that there is room for."""
    kept = {name: value for name, value in fields.items() if room.takes(size_of(name, value))}
    left[kind] += len(fields) - len(kept)
    return kept


def size_of(name: str, value: Any) -> int:
    """The characters of a field, its value as JSON where it is no text."""
    return len(name) + len(to_json(value) if isinstance(value, dict | list) else str(value))


def _short(urls: Sequence[str], left: Counter[str]) -> list[str]:
    kept = [url for url in urls if len(url) <= READ_ADDRESS][:READ_RECORDINGS]
    left["recordings"] += len(urls) - len(kept)
    return kept
