"""The child that reads JSON or JSON Lines into finds: the program of `json_text`.

It runs with limits on memory and time, and counts while it reads: a megabyte of `{}` is 350,000
objects. An element of a list, or a line, is read and let go before the next.

The rows are read twice: for where UUIDs stand, and then for what they are.

Output: a line of JSON for each find, then the facts, END, and the place where the facts begin.
"""

from __future__ import annotations

import json
import re
import struct
import sys
from collections.abc import Iterator
from json.encoder import encode_basestring as _quoted
from typing import Any

from lookups.intake.allowance import keep_within
from lookups.intake.entries import check_counts
from lookups.intake.entry import NO_UUID, TEXT_LIMIT, shown
from lookups.intake.errors import IntakeError, TooWide, UnreadableJSON
from lookups.intake.files.encoding import whole_text
from lookups.intake.files.json_paths import Paths, found_in
from lookups.intake.limits import MEGABYTE, Limits, megabytes
from lookups.intake.uuids.disguise import is_blank
from lookups.intake.uuids.uuid_pattern import Token

END = b"\x1c"
"""Stands in no JSON."""
PLACE = struct.Struct(">Q")

Row = tuple[int, Any, str]
"""1-based place in the list or line, value, and its text, at most 200 characters of it."""

_AT_ONCE = MEGABYTE // 4
"""Characters that are written together."""
_GAP = re.compile(r"[ \t\n\r]*")
_NEXT = re.compile(r"[ \t\n\r]*([,\]])[ \t\n\r]*")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")

TOO_MUCH = (
    "This JSON takes more memory or time to read than there is for one file. "
    "Split it, or save the UUIDs as CSV or plain text, and upload that."
)
_TOO_DEEP = (
    "This JSON is nested too deep to be read. Save the UUIDs as CSV or plain text, and upload that."
)


class _Number(str):
    """A number as written: never searched, never rounded."""

    __slots__ = ()


_DECODER = json.JSONDecoder(parse_int=_Number, parse_float=_Number, parse_constant=_Number)


def main(encoding: str, limits: str, column: str) -> None:
    """Reads a file from the standard input; writes its finds, or why there are none."""
    allowed = Limits(**json.loads(limits))
    keep_within(most_bytes=allowed.json_bytes, seconds=allowed.child_seconds)
    writer = _Writer(allowed)
    try:
        writer.end(**_facts(whole_text(sys.stdin.buffer, encoding), writer, column))
    except MemoryError:
        writer.end(error="UnreadableJSON", sentence=TOO_MUCH)
    except IntakeError as error:
        writer.end(error=type(error).__name__, sentence=error.sentence)


def _facts(text: str, writer: _Writer, column: str) -> dict[str, Any]:
    """Writes the finds; the names of all columns, and the paths. {} of what is no JSON."""
    for read in (_document, _lines):
        try:
            paths = writer.survey(read(text))
        except ValueError:
            continue
        except RecursionError:
            if len(text) > MEGABYTE:  # what is smaller is as well read as plain text
                raise UnreadableJSON(_TOO_DEEP) from None
        else:
            only, columns = paths.chosen(column), dict[str, None]()
            writer.write(read(text), columns, only or "", only or paths.sole())
            return {
                "columns": list(columns),
                "holders": list(paths.names()),
                "paths": list(paths.holders),
                "only": only,
                "sample": paths.sample,
            }
    return {}


def _document(text: str) -> Iterator[Row]:
    """The elements of a list, or what stands alone. Raises ValueError, RecursionError."""
    at = _after_gap(text, 0)
    number, is_list = 0, text.startswith("[", at)
    if is_list:
        at = _after_gap(text, at + 1)
    closed = is_list and text.startswith("]", at)
    end = at + closed
    while not closed:
        number += 1
        value, end = _DECODER.raw_decode(text, at)
        yield number, value, text[at : min(end, at + TEXT_LIMIT)]
        if not is_list:
            break
        following = _NEXT.match(text, end)
        if not following:
            raise ValueError("a list that goes on with neither comma nor bracket")
        at = end = following.end()
        closed = following[1] == "]"
    if _after_gap(text, end) < len(text):
        raise ValueError("more than one document")


def _after_gap(text: str, at: int) -> int:
    return next(_GAP.finditer(text, at)).end()


def _lines(text: str) -> Iterator[Row]:
    """The rows of JSON Lines. Raises ValueError, RecursionError."""
    for number, found in enumerate(_LINE.finditer(text), start=1):
        line = found[0].rstrip("\r\n")
        yield number, None if is_blank(line) else _DECODER.decode(line), line[:TEXT_LIMIT]


class _Writer:
    """Writes finds to the standard output, and counts what an intake may hold of them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._written = 0
        self._waiting: list[str] = []
        self._held = 0

    def written(self) -> int:
        """The bytes so far."""
        self._flush()
        return self._written

    def survey(self, rows: Iterator[Row]) -> Paths:
        """The paths in which UUIDs stand. Raises TooManyEntries, and what reading raises."""
        paths = Paths()
        for number, value, _ in rows:
            check_counts(number, 0, self._limits)
            paths.look_at(value)
        return paths

    def write(
        self, rows: Iterator[Row], names: dict[str, None], only: str, not_beside: str
    ) -> None:
        """Writes the finds of the rows, of one path or "" for every, and collects the columns.

        Raises TooManyEntries, TooManyUUIDs, TooWide.
        """
        position = uuids = 0
        for number, value, text in rows:
            if value is None or (not value and isinstance(value, dict | list)):
                position += 1
                check_counts(position, uuids, self._limits)
                self._keep(f'[{number},"","","",{{}}]\n')
                continue
            for found, columns in found_in(number, value, only, not_beside, self._limits):
                beside = self._members(columns, names)
                for as_it_came, uuid, reason in found or [_without_uuid(value, text)]:
                    position += 1
                    uuids += bool(uuid)
                    check_counts(position, uuids, self._limits)
                    told = f'{_quoted(shown(as_it_came))},"{uuid}",{_quoted(reason)}'
                    self._keep(f"[{number},{told},{beside}]\n")

    def _members(self, columns: dict[str, str], names: dict[str, None]) -> str:
        if not columns:
            return "{}"
        names.update(dict.fromkeys(columns))
        if len(names) > self._limits.max_columns:
            raise TooWide(_too_many_columns(self._limits.max_columns))
        members = [f"{_quoted(name)}:{_quoted(cell)}" for name, cell in columns.items()]
        return f"{{{','.join(members)}}}"

    def _keep(self, line: str) -> None:
        self._waiting.append(line)
        self._held += len(line)
        if self._held > _AT_ONCE:
            self._flush()

    def end(self, **facts: Any) -> None:
        begin = self.written()
        data = json.dumps(facts, ensure_ascii=False).encode(errors="replace")
        sys.stdout.buffer.write(data + END + PLACE.pack(begin))
        sys.stdout.buffer.flush()

    def _flush(self) -> None:
        if not self._waiting:
            return
        data = "".join(self._waiting).encode(errors="replace")
        self._waiting.clear()
        self._held = 0
        if self._written + len(data) > self._limits.max_inflated_bytes:
            raise TooWide(_too_much_beside(self._limits.max_inflated_bytes))
        sys.stdout.buffer.write(data)
        self._written += len(data)


def _without_uuid(value: Any, text: str) -> Token:
    """The one find of a row that holds nothing like a UUID."""
    if not isinstance(value, str):
        return text, "", NO_UUID
    return ("", "", "") if is_blank(value) else (value, "", NO_UUID)


def _too_many_columns(limit: int) -> str:
    return (
        f"The objects of this JSON have more than {limit:,} different names, and each would be a "
        "column. Keep those that you need beside the UUIDs, and upload it again."
    )


def _too_much_beside(limit: int) -> str:
    return (
        f"What stands beside the UUIDs comes to more than {megabytes(limit)}, since each UUID of a "
        "row takes the rest of the row along. Keep what you need of it, and upload it again."
    )
