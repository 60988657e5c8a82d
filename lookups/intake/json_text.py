"""JSON and JSON Lines: every string is searched, each element or line is a row.

Numbers keep the digits they were written with. What is no JSON, or is nested too deep, is left to
the reader of plain text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lookups.intake.disguise import is_blank
from lookups.intake.encoding import Encoding
from lookups.intake.entry import NO_UUID, Find, Rows, Source, shown, storable
from lookups.intake.spelling import Token, tokens

_LINE_END = re.compile(r"\r\n|\r|\n")
_COLUMNS_LOOKED_AT = 200
"""Rows whose members name the columns."""

NumberedRow = tuple[int, Any]


class _Number(str):
    """A number as written: never searched, never rounded."""

    __slots__ = ()


def open_json(text: str, *, encoding: Encoding) -> Source | None:
    """The text as JSON or JSON Lines, or None when it is neither."""
    rows = _document(text)
    if rows is None:
        rows = _lines(text)
    if rows is None:
        return None
    found = rows
    return Source(
        format="json",
        encoding=encoding.name,
        columns=_columns(rows),
        rows=Rows(lambda: _read(found)),
        encoding_is_guess=encoding.is_guess,
        encodings=encoding.offered,
    )


def _load(text: str) -> Any:
    return json.loads(text, parse_int=_Number, parse_float=_Number, parse_constant=_Number)


def _document(text: str) -> list[NumberedRow] | None:
    try:
        document = _load(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(document, list):
        return list(enumerate(document, start=1))
    return [(1, document)]


def _lines(text: str) -> list[NumberedRow] | None:
    """Rows of JSON Lines; None unless every line that is not blank is JSON."""
    rows: list[NumberedRow] = []
    lines = _LINE_END.split(text)
    if lines[-1] == "":
        lines.pop()
    for number, line in enumerate(lines, start=1):
        try:
            rows.append((number, None if is_blank(line) else _load(line)))
        except (ValueError, RecursionError):
            return None
    return rows


def _read(rows: list[NumberedRow]) -> Iterator[Find]:
    for number, row in rows:
        found: list[Token] = []
        for string in _strings(row):
            found += tokens(string)
        columns = _members(row)
        for text, uuid, reason in found:
            yield number, shown(text), uuid, reason, columns
        if not found:
            yield _row_without(number, row, columns)


def _row_without(number: int, row: Any, columns: dict[str, str]) -> Find:
    if row is None or row in ([], {}) or (isinstance(row, str) and is_blank(row)):
        return number, "", "", "", {}
    try:
        text = row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)
    except RecursionError:
        text = "nested too deep to show"
    return number, shown(text), "", NO_UUID, columns


def _strings(row: Any) -> Iterator[str]:
    """Every string value in the order it is written, without recursion."""
    waiting = [row]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
        elif type(value) is str:
            yield value


def _members(row: Any) -> dict[str, str]:
    """The plain members of an object, as text, that hold no UUID or near-miss."""
    if not isinstance(row, dict):
        return {}
    return {
        storable(name): storable(_as_text(value))
        for name, value in row.items()
        if not isinstance(value, dict | list) and not (type(value) is str and tokens(value))
    }


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _columns(rows: list[NumberedRow]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for _, row in rows[:_COLUMNS_LOOKED_AT]:
        names.update(dict.fromkeys(_members(row)))
    return tuple(names)
