"""The child that opens a workbook and writes one sheet out as text: the program of `workbook`.

It runs with limits on memory and time, because the reader allocates every cell up to the last
filled one, and ends the whole process when that fails. Output: a line of JSON, then the rows.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from lookups.intake.child import limit
from lookups.intake.spelling import tokens

CELL_END, ROW_END, END = "\x1f", "\x1e", "\x1c"
_SEPARATORS = str.maketrans(dict.fromkeys(CELL_END + ROW_END + END, "\ufffd"))

_AT_ONCE = 2_000
"""Rows that are made into text together."""
_EXACT = 10**15
"""Below it a float holds every whole number exactly."""


def main(choice: str, megabytes: str, seconds: str) -> None:
    """Reads a workbook from the standard input; writes the chosen sheet, else one with a UUID."""
    limit(megabytes=int(megabytes), seconds=int(seconds))
    data = sys.stdin.buffer.read()
    try:
        _write(data, choice)
    except MemoryError:
        _say(error="large")


def _write(data: bytes, choice: str) -> None:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = _sheet(book, choice)
    except PasswordError:
        _say(error="locked")
        return
    except (CalamineError, OSError, ValueError):
        _say(error="damaged")
        return
    if found is None:
        _say(error="none" if choice else "empty")
        return
    name, sheet = found
    _say(sheets=book.sheet_names, sheet=name)
    for rows in _without_last_blanks(rows_of(sheet)):
        text = ROW_END.join(rows) + ROW_END
        sys.stdout.buffer.write(text.encode("utf-8", errors="replace"))
    sys.stdout.buffer.write(END.encode())


def _say(**facts: object) -> None:
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n")
    sys.stdout.buffer.flush()


def _sheet(book: Any, choice: str) -> tuple[str, Any] | None:
    """The chosen sheet; else the first with a UUID at its top, the first filled one, or None."""
    from python_calamine import CalamineError

    filled: tuple[str, Any] | None = None
    for index, name in enumerate(book.sheet_names):
        if choice and name != choice:
            continue
        try:
            sheet = book.get_sheet_by_index(index)
        except CalamineError:  # a chart or macro sheet has no cells
            continue
        first = next(rows_of(sheet), [])
        if choice or any(uuid for row in first for _, uuid, _ in tokens(row)):
            return name, sheet
        if filled is None and any(map(str.strip, first)):
            filled = name, sheet
    return filled


def rows_of(sheet: Any) -> Iterator[list[str]]:
    """The rows from the first of the sheet on, each as one text, two thousand at a time.

    A cell is what a person sees: 12345.0 is "12345", dates are ISO, booleans TRUE and FALSE.
    """
    if sheet.start is None:
        return
    rows = sheet.iter_rows()
    while some := list(islice(rows, _AT_ONCE)):
        # By column, because the cells of a column are mostly of one type.
        columns = [_texts(column) for column in zip(*some, strict=True)]
        lines = list(map(CELL_END.join, zip(*columns, strict=True)))
        text = ROW_END.join(lines)
        ends = len(lines) * (len(columns) - 1), len(lines) - 1, 0
        if (text.count(CELL_END), text.count(ROW_END), text.count(END)) != ends:
            # A cell holds what separates cells: there it becomes U+FFFD.
            columns = [[text.translate(_SEPARATORS) for text in column] for column in columns]
            lines = list(map(CELL_END.join, zip(*columns, strict=True)))
        yield lines


def _without_last_blanks(pages: Iterator[list[str]]) -> Iterator[list[str]]:
    """Rows that were only formatted, after the last filled one, are no rows to a person."""
    blanks: list[str] = []
    for lines in pages:
        # str.strip takes the separators away as well.
        filled = next((n for n in range(len(lines), 0, -1) if lines[n - 1].strip()), 0)
        if filled:
            yield blanks + lines[:filled]
            blanks = []
        blanks += lines[filled:]


def _texts(cells: Sequence[Any]) -> Sequence[str]:
    kinds = set(map(type, cells))
    if kinds == {str}:
        return cells
    if kinds == {float} and all(map(float.is_integer, cells)) and max(map(abs, cells)) < _EXACT:
        return list(map(str, map(int, cells)))
    if len(kinds) == 1:
        return list(map(_TEXT_OF.get(kinds.pop(), str), cells))
    return [_TEXT_OF.get(type(cell), str)(cell) for cell in cells]


def _text_of_float(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)


_TEXT_OF: dict[type, Callable[[Any], str]] = {
    str: str,
    float: _text_of_float,
    bool: lambda value: "TRUE" if value else "FALSE",
    dt.date: dt.date.isoformat,
    dt.time: dt.time.isoformat,
    dt.datetime: lambda value: value.isoformat(sep=" "),
    type(None): lambda _: "",
}
