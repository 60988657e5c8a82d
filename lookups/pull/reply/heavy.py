"""A reply that is too heavy to be read at once, about one UUID: read a piece at a time.

What is within the limits is read as everywhere else; the rest is counted, and stays in the raw JSON
of the call. Of a value that is left out not even a Python object is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lookups.limits import READ_ATTEMPTS
from lookups.pull.errors import Unreadable
from lookups.pull.reply.cleaning import cleaned
from lookups.pull.reply.fields import ATTEMPT_TABLE, FLAT_TABLE, LONGEST_NAME, plain
from lookups.pull.reply.lean import LIST, OBJECT, LeanReader, Object
from lookups.pull.reply.one_object import LONGEST_SHORT_TEXT
from lookups.pull.reply.parse import NOT_DATA, Sent
from lookups.pull.reply.scanning import Span, entries, fields, span_of

_NOTHING = Object({}, None)
_BATCH_OBJECTS = 1_000
_BATCH_BYTES = 500_000


class Lean(Sent):
    """An item, or a part of one, of which no more is read than the limits allow."""

    __slots__ = ("of_objects", "text")
    text: str
    """Its JSON, but for attempts that have a text of their own."""
    of_objects: list[str]
    """The JSON of each of its attempts."""

    @property
    def json(self) -> str:
        return self.text

    def json_without(self, name: str) -> str:
        return self.text

    def json_of_objects(self, name: str) -> list[str]:
        return self.of_objects


class Heavy:
    """The `data` of a reply, not read yet."""

    def __init__(self, text: bytes, span: Span) -> None:
        self._text, self._span = text, span
        self._reader = LeanReader(text)
        self._attempts = 0
        self._rest: list[str] = []
        self.unasked = 0
        """Items with another UUID."""
        self.nameless = 0
        """Items without one."""

    @property
    def left(self) -> Counter[str]:
        """How many of each kind were not read, once all items have been."""
        return self._reader.left

    def rest(self) -> str:
        """The JSON of items that are attempts over the limit, as a list; "" for none."""
        return f"[{','.join(self._rest)}]" if self._rest else ""

    def items(
        self, uuid_of: Callable[[dict[str, Any]], str], is_asked: Callable[[str], object]
    ) -> Iterator[list[Lean]]:
        """The items that are asked for, a few at a time. Raises Unreadable.

        An item with very many attempts comes as several, of which the last has its other fields.
        """
        batch: list[Lean] = []
        size = 0
        for span in self._spans():
            is_object = self._text[span.start] == OBJECT
            value, attempts = self._reader.object(FLAT_TABLE, span) if is_object else _NOTHING
            uuid = uuid_of(value)
            if not is_asked(uuid):
                self.unasked += bool(uuid)
                self.nameless += not uuid
                continue
            if attempts:
                yield from self._with_attempts(value, span, *attempts)
            elif self._takes_another():
                batch.append(_lean(value, self._reader.json(span)))
                size += span.size
            else:
                self._rest.append(self._reader.json(span))
            if len(batch) == _BATCH_OBJECTS or size > _BATCH_BYTES:
                yield batch
                batch, size = [], 0
        yield batch

    def _spans(self) -> Iterator[Span]:
        first = self._text[self._span.start]
        if first == LIST:
            return entries(self._text, self._span)
        if first == OBJECT:
            return iter([self._span])
        raise Unreadable(NOT_DATA)

    def _takes_another(self) -> bool:
        """Whether another attempt is read; counts it."""
        is_within = self._attempts < READ_ATTEMPTS
        self._attempts += is_within
        self.left["attempts"] += not is_within
        return is_within

    def _with_attempts(
        self, value: dict[str, Any], item: Span, name: Span, attempts: Span
    ) -> Iterator[list[Lean]]:
        spelled = self._reader.value(name)
        # What tells whose they are, and little else.
        short = {
            each: inner
            for each, inner in value.items()
            if FLAT_TABLE[each] == "uuid" and len(str(inner)) <= LONGEST_SHORT_TEXT
        }
        is_list = self._text[attempts.start] == LIST
        batch: list[Span] = []
        rest = attempts.end
        for one in entries(self._text, attempts) if is_list else [attempts]:
            if self._text[one.start] != OBJECT:
                self.left["unknown"] += 1
            elif self._takes_another():
                batch.append(one)
            else:
                rest = min(rest, one.start)
            if len(batch) == _BATCH_OBJECTS or (batch and one.end - batch[0].start > _BATCH_BYTES):
                yield [self._of_attempts(short, spelled, batch, "")]
                batch = []
        text = self._without(item, name, attempts, rest if is_list else attempts.end)
        yield [self._of_attempts(value, spelled, batch, text)]

    def _of_attempts(
        self, value: dict[str, Any], spelled: str, batch: Sequence[Span], text: str
    ) -> Lean:
        attempts = [self._reader.object(ATTEMPT_TABLE, one).value for one in batch]
        made = _lean({**value, spelled: attempts} if attempts else value, text)
        made.of_objects = list(map(self._reader.json, batch))
        return made

    def _without(self, item: Span, name: Span, attempts: Span, rest: int) -> str:
        """The JSON of the item with those attempts alone that were not read, from `rest` on."""
        json = self._reader.json
        if rest < attempts.end:
            return json(Span(item.start, attempts.start + 1)) + json(Span(rest, item.end))
        head = json(Span(item.start, name.start)).rstrip()
        tail = json(Span(attempts.end, item.end)).lstrip()
        return head + tail[1:] if tail.startswith(",") else head.removesuffix(",") + tail


def _lean(value: dict[str, Any], text: str) -> Lean:
    made = Lean(value)
    made.may_be_deep = False
    made.text, made.of_objects = text, []
    return made


def envelope_of(body: bytes, names: Sequence[str]) -> dict[str, Any]:
    """The named fields of the outermost object, and `data` as Heavy unless it is null.

    Raises WebPage and Unreadable.
    """
    text = cleaned(body)
    whole = span_of(text)
    if text[whole.start] != OBJECT:
        raise Unreadable(NOT_DATA)
    reader = LeanReader(text)
    found: dict[str, Any] = {}
    for name, value in fields(text, whole):
        spelled = plain(reader.value(name)) if name.size <= LONGEST_NAME else ""
        if spelled == "data" and text[value.start : value.end] != b"null":
            found[spelled] = Heavy(text, value)
        elif spelled in names and value.size <= LONGEST_SHORT_TEXT:
            found[spelled] = reader.value(value)
    return found
