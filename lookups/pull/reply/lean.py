"""Objects of a heavy reply as values that are no larger than the limits allow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lookups.limits import (
    READ_CHARACTERS,
    READ_MESSAGES,
    READ_PARTS,
    READ_RECORDINGS,
    READ_UNKNOWN,
    READ_VARIABLES,
)
from lookups.pull.reply.fields import LONGEST_NAME, Table
from lookups.pull.reply.leaving import Room, size_of
from lookups.pull.reply.parse import light_value
from lookups.pull.reply.scanning import Span, entries, fields

OBJECT, LIST = b"{["
ATTEMPTS = "attempts"
_EMPTY = len("[]")
# Of fields that hold several things: what those count as, and how many of them are read.
_PARTS = {
    "keys": ("variables", READ_VARIABLES),
    "sms": ("messages", READ_MESSAGES),
    "emails": ("messages", READ_MESSAGES),
    "legs": ("legs", READ_PARTS),
    "recording_urls": ("recordings", READ_RECORDINGS),
    "dtmf": ("unknown", READ_PARTS),
}


class Object(NamedTuple):
    """What is read of an object, and name and value of the field that holds its attempts."""

    value: dict[str, Any]
    attempts: tuple[Span, Span] | None


@dataclass
class LeanReader:
    """Reads parts of one text. `left` counts, by kind, what the call has over the limits."""

    text: bytes
    left: Counter[str] = field(default_factory=Counter)
    unknown: Room = field(default_factory=lambda: Room(READ_UNKNOWN))

    def value(self, span: Span) -> Any:
        return light_value(self.text[span.start : span.end])

    def json(self, span: Span) -> str:
        return str(memoryview(self.text)[span.start : span.end], "utf-8")

    def object(self, table: Table, span: Span) -> Object:
        """The known fields and the first unknown ones, each with its first parts.

        What is too long is left out. Attempts are not read.
        """
        if span.size > READ_CHARACTERS:
            return self._field_by_field(table, span)
        found: dict[str, Any] = {}
        attempts = None
        for name, inner in self.value(span).items():
            canonical = table[name]
            if canonical == ATTEMPTS and isinstance(inner, list | dict):
                attempts = attempts or self._attempts(table, span)
            elif canonical is None and not self.unknown.takes(size_of(name, inner)):
                self.left["unknown"] += 1
            elif canonical in _PARTS and isinstance(inner, list):
                kind, most = _PARTS[canonical]
                self.left[kind] += max(0, len(inner) - most)
                found[name] = inner[:most]
            else:
                found[name] = inner
        return Object(found, attempts)

    def _attempts(self, table: Table, span: Span) -> tuple[Span, Span] | None:
        for pair in fields(self.text, span):
            if self._canonical(table, pair[0]) == ATTEMPTS and pair[1].size > _EMPTY:
                return pair if self.text[pair[1].start] in (LIST, OBJECT) else None
        return None

    def _field_by_field(self, table: Table, span: Span) -> Object:
        found: dict[str, Any] = {}
        attempts = None
        for name, value in fields(self.text, span):
            canonical = self._canonical(table, name)
            if canonical == ATTEMPTS and self.text[value.start] in (LIST, OBJECT):
                if value.size > _EMPTY:
                    attempts = attempts or (name, value)
            elif canonical in _PARTS and value.size > READ_CHARACTERS:
                found[self.value(name)] = self._first_parts(value, *_PARTS[canonical])
            elif self._fits(canonical, name.size + value.size):
                found[self.value(name)] = self.value(value)
            else:
                self.left["unknown"] += 1
        return Object(found, attempts)

    def _canonical(self, table: Table, name: Span) -> str | None:
        return table[self.value(name)] if name.size <= LONGEST_NAME else None

    def _fits(self, canonical: str | None, size: int) -> bool:
        return self.unknown.takes(size) if canonical is None else size <= READ_CHARACTERS

    def _first_parts(self, span: Span, kind: str, most: int) -> Any:
        """The first small entries of a list, or fields of an object; [] of anything else."""
        if self.text[span.start] == LIST:
            kept = self._first(((one,) for one in entries(self.text, span)), kind, most)
            return [self.value(one) for (one,) in kept]
        if self.text[span.start] == OBJECT:
            pairs = self._first(fields(self.text, span), kind, most)
            return {self.value(name): self.value(inner) for name, inner in pairs}
        self.left["unknown"] += 1
        return []

    def _first(
        self, parts: Iterable[tuple[Span, ...]], kind: str, most: int
    ) -> list[tuple[Span, ...]]:
        kept: list[tuple[Span, ...]] = []
        room = Room(most)
        for part in parts:
            if room.takes(sum(one.size for one in part)):
                kept.append(part)
            else:
                self.left[kind] += 1
        return kept
