"""The child that opens a workbook and writes one sheet out as text: the program of `workbook`.

It runs with limits on memory and time, because the reader allocates every cell up to the last
filled one, and ends the whole process when that fails. Output: a line of JSON, then the rows.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from lookups.intake.spelling import tokens

CELL_END, ROW_END, END = "\x1f", "\x1e", "\x1c"
_SEPARATORS = CELL_END, ROW_END, END
_WITHOUT_SEPARATORS = str.maketrans(dict.fromkeys(_SEPARATORS, "\ufffd"))

_STANDARD_INPUT = "/dev/stdin"
"""A file, never a pipe: the reader seeks in it."""
_AT_ONCE = 2_000
"""Rows that are made into text together."""
_EXACT = 10**15
"""Below it a float holds every whole number exactly."""
_DATES = 10_000
"""Dates whose text is kept for when they come again: 27 years of days."""


def main(choice: str, most_bytes: str, seconds: str) -> None:
    """Reads a workbook from the standard input; writes the chosen sheet, else one with a UUID."""
    _limit(most_bytes=int(most_bytes), seconds=int(seconds))
    # Cells are many objects and no cycles, and all memory goes when this process ends after one
    # sheet: looking for cycles would take a sixth of the time in which rows become text.
    gc.disable()
    try:
        _write(choice)
    except MemoryError:
        _say(error="large")


def _limit(*, most_bytes: int, seconds: int) -> None:
    """Past these limits this process fails or is ended.

    Stands here, and not in `child`, because the imports of that would delay the start.
    """
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write(choice: str) -> None:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        # By its path, because what is handed over as an object is copied as a whole.
        book = CalamineWorkbook.from_path(_STANDARD_INPUT)
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
    for page in _without_last_blanks(pages_of(sheet)):
        sys.stdout.buffer.write(page.encode("utf-8", errors="replace"))
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
        first = next(pages_of(sheet), "")
        if choice or any(uuid for row in first.split(ROW_END) for _, uuid, _ in tokens(row)):
            return name, sheet
        if filled is None and first.strip():
            filled = name, sheet
    return filled


def pages_of(sheet: Any) -> Iterator[str]:
    """The rows from the first of the sheet on, two thousand at a time as one text.

    A cell is what a person sees: 12345.0 is "12345", dates are ISO, booleans TRUE and FALSE.
    """
    if sheet.start is None:
        return
    rows = sheet.iter_rows()
    while some := list(islice(rows, _AT_ONCE)):
        # By column, because the cells of a column are mostly of one type.
        columns = [_texts(column) for column in zip(*some, strict=True)]
        page = _page(columns)
        # One separator stands after each cell. If there are more, a cell holds one itself.
        ends = page.count(CELL_END) + page.count(ROW_END)
        if ends != len(some) * len(columns) or END in page:
            page = _page([[cell.translate(_WITHOUT_SEPARATORS) for cell in c] for c in columns])
        yield page


def _page(columns: Sequence[Sequence[str]]) -> str:
    return ROW_END.join(map(CELL_END.join, zip(*columns, strict=True))) + ROW_END


def _without_last_blanks(pages: Iterator[str]) -> Iterator[str]:
    """Rows that were only formatted, after the last filled one, are no rows to a person."""
    blank: list[str] = []
    for page in pages:
        # str.rstrip takes the separators away as well.
        if filled := len(page.rstrip()):
            end = page.index(ROW_END, filled) + 1
            yield "".join([*blank, page[:end]])
            blank = [page[end:]]
        else:
            blank.append(page)


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
    dt.date: lru_cache(_DATES)(dt.date.isoformat),
    dt.time: dt.time.isoformat,
    dt.datetime: lambda value: value.isoformat(sep=" "),
    type(None): lambda _: "",
}
