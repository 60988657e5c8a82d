"""The child that opens a workbook and writes one sheet out as text: the program of `workbook`.

It runs with limits on memory and time, because the reader allocates every cell up to the last
filled one, and ends the whole process when that fails.

Output: a line of JSON, then pages of rows, column by column: a column is mostly of one type, so
that neither side has to look at each cell.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from lookups.intake.allowance import keep_within

CELL_END, COLUMN_END, PAGE_END, END = b"\x1f", b"\x1e", b"\x1d", b"\x1c"
_SEPARATORS = CELL_END + COLUMN_END + PAGE_END + END
_WITHOUT_SEPARATORS = str.maketrans(dict.fromkeys(_SEPARATORS.decode(), "\ufffd"))
_BUT_SEPARATORS = bytes(byte for byte in range(256) if byte not in _SEPARATORS)

Page = list[bytes]
"""The columns of some rows: the cells of each, joined by CELL_END."""

_STANDARD_INPUT = "/dev/stdin"
"""A file, never a pipe: the reader seeks in it."""
_AT_ONCE = 2_000
"""Rows of a page."""
_LARGE = 1024 * 1024
"""Bytes past which a page is handed on in parts."""
_EXACT = 10**15
"""Below it a float holds every whole number exactly."""
_DATES = 10_000
"""Dates whose text is kept for when they come again: 27 years of days."""


def main(choice: str, most_bytes: str, seconds: str) -> None:
    """Reads a workbook from the standard input; writes the chosen sheet, else one with a UUID."""
    keep_within(most_bytes=int(most_bytes), seconds=int(seconds))
    try:
        _write(choice)
    except MemoryError:
        _say(error="large")


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
        for part in _parts(page):
            sys.stdout.buffer.write(COLUMN_END.join(part) + PAGE_END)
    sys.stdout.buffer.write(END)
    sys.stdout.buffer.flush()  # before a million cells are given back one by one


def _say(**facts: object) -> None:
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n")
    sys.stdout.buffer.flush()


def _sheet(book: Any, choice: str) -> tuple[str, Any] | None:
    """The chosen sheet; else the first with a UUID at its top, the first filled one, or None."""
    from python_calamine import CalamineError

    filled: tuple[str, Any] | None = None
    is_only = len(book.sheet_names) == 1
    for index, name in enumerate(book.sheet_names):
        if choice and name != choice:
            continue
        try:
            sheet = book.get_sheet_by_index(index)
        except CalamineError:  # a chart or macro sheet has no cells
            continue
        first = next(pages_of(sheet), [])
        if choice or (not is_only and _holds_uuid(first)):
            return name, sheet
        if filled is None and _filled_rows(first):
            filled = name, sheet
    return filled


def _holds_uuid(page: Page) -> bool:
    # Compiling its patterns takes longer than this process does to start.
    from lookups.intake.uuids.uuid_pattern import tokens

    cells = (cell for column in page for cell in cells_of(column))
    return any(uuid for cell in cells for _, uuid, _ in tokens(cell))


def pages_of(sheet: Any) -> Iterator[Page]:
    """The rows from the first of the sheet on, two thousand a page.

    A cell is what a person sees: 12345.0 is "12345", dates are ISO, booleans TRUE and FALSE.
    """
    if sheet.start is None:
        return
    rows = sheet.iter_rows()
    while some := list(islice(rows, _AT_ONCE)):
        yield [_column(_texts(cells)) for cells in zip(*some, strict=True)]


def _column(texts: Sequence[str]) -> bytes:
    column = _joined(texts)
    # Taking all else out tells their number in half the time of counting.
    if len(column.translate(None, _BUT_SEPARATORS)) == len(texts) - 1:
        return column
    return _joined([text.translate(_WITHOUT_SEPARATORS) for text in texts])


def _joined(texts: Sequence[str]) -> bytes:
    return CELL_END.decode().join(texts).encode(errors="replace")


def cells_of(column: bytes) -> list[str]:
    """The texts of a column of a page."""
    return column.decode().split(CELL_END.decode())


def _without_last_blanks(pages: Iterator[Page]) -> Iterator[Page]:
    """Rows that were only formatted, after the last filled one, are no rows to a person."""
    blank: list[Page] = []
    for page in pages:
        filled = _filled_rows(page)
        if not filled:
            blank.append(page)
            continue
        yield from blank
        if filled == _height(page):
            yield page
            blank = []
        else:
            upper, lower = _cut(page, filled)
            yield upper
            blank = [lower]


def _parts(page: Page) -> Iterator[Page]:
    """The page, or its halves and theirs where it is large: who reads it holds one at a time."""
    height = _height(page)
    if height == 1 or sum(map(len, page)) <= _LARGE:
        yield page
    else:
        for half in _cut(page, height // 2):
            yield from _parts(half)


def _cut(page: Page, row: int) -> tuple[Page, Page]:
    """What stands above that row, and the rest."""
    columns = [column.split(CELL_END) for column in page]
    upper = [CELL_END.join(cells[:row]) for cells in columns]
    return upper, [CELL_END.join(cells[row:]) for cells in columns]


def _height(page: Page) -> int:
    return page[0].count(CELL_END) + 1


def _filled_rows(page: Page) -> int:
    """The number of its rows up to the last filled one."""
    if any(column.rpartition(CELL_END)[2].decode().strip() for column in page):
        return _height(page)
    return max(map(_filled_cells, page), default=0)


def _filled_cells(column: bytes) -> int:
    filled = column.decode().rstrip()  # the separators as well
    return filled.count(CELL_END.decode()) + 1 if filled else 0


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
