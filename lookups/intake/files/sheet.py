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
from itertools import chain, islice
from typing import Any

from lookups.intake.allowance import keep_within
from lookups.intake.files.sheet_details import Details, Seen
from lookups.intake.files.sheet_xml import BadXML, Book, open_book

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
_MOST_DIGITS = 10**21
"""From there on a number is written with its exponent: as digits it could look like a UUID."""
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
    except (CalamineError, OSError, ValueError, BadXML):
        _say(error="damaged")
        return
    if found is None:
        _say(error="none" if choice else "empty")
        return
    name, sheet, details = found
    _say(sheets=book.sheet_names, hidden_sheets=_hidden(book), sheet=name, hidden=details.hidden)
    for page in _without_last_blanks(pages_of(sheet, details)):
        for part in _parts(page):
            sys.stdout.buffer.write(COLUMN_END.join(part) + PAGE_END)
    sys.stdout.buffer.write(END)
    sys.stdout.buffer.flush()  # before a million cells are given back one by one


def _say(**facts: object) -> None:
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n")
    sys.stdout.buffer.flush()


Found = tuple[str, Any, Details]


def _sheet(book: Any, choice: str) -> Found | None:
    """The chosen sheet; else of those that are not hidden the one that was open if it holds a UUID,
    the first that does, the first filled one, or None."""
    from python_calamine import CalamineError

    xml = open_book(_STANDARD_INPUT)
    filled: Found | None = None
    names = [choice] if choice in book.sheet_names else [] if choice else _visible(book, xml)
    for name in names:
        try:
            sheet = book.get_sheet_by_name(name)
        except CalamineError:  # a chart or macro sheet has no cells
            continue
        details = xml.details(name) if xml else Details(is_ods=_is_ods(book))
        details.merges = _merges(sheet)
        pages = pages_of(sheet, details)
        first = next(pages, [])
        is_wanted = choice or (len(names) > 1 and any(map(_holds_uuid, chain([first], pages))))
        if is_wanted:
            return name, sheet, details
        if filled is None and _filled_rows(first):
            filled = name, sheet, details
    return filled


def _visible(book: Any, xml: Book | None) -> list[str]:
    """The sheets that a person sees, the one that was open first."""
    hidden = set(_hidden(book))
    names: list[str] = book.sheet_names
    is_open = names[xml.active] if xml and xml.active < len(names) else ""
    return sorted((name for name in names if name not in hidden), key=lambda name: name != is_open)


def _hidden(book: Any) -> list[str]:
    from python_calamine import SheetVisibleEnum

    return [one.name for one in book.sheets_metadata if one.visible != SheetVisibleEnum.Visible]


def _is_ods(book: Any) -> bool:
    # The old binary format has no durations of its own, and its texts are as a person typed them.
    with open(_STANDARD_INPUT, "rb") as file:
        return file.read(4) == b"PK\x03\x04"


def _merges(sheet: Any) -> list[tuple[int, int, int]]:
    """Column, first and last row of each area of several rows, by the first row."""
    areas = sheet.merged_cell_ranges or ()
    return sorted(
        ((left + 1, top + 1, bottom + 1) for (top, left), (bottom, _) in areas if bottom > top),
        key=lambda area: area[1],
    )


def _holds_uuid(page: Page) -> bool:
    # Compiling its patterns takes longer than this process does to start.
    from lookups.intake.uuids.uuid_pattern import tokens

    cells = (cell for column in page for cell in cells_of(column))
    return any(uuid for cell in cells for _, uuid, _ in tokens(cell))


def pages_of(sheet: Any, details: Details | None = None) -> Iterator[Page]:
    """The rows from the first of the sheet on, two thousand a page.

    A cell is what a person sees: 12345.0 is "12345", dates are ISO, booleans TRUE and FALSE,
    durations hours, minutes and seconds.
    """
    if sheet.start is None:
        return
    seen = Seen(details, sheet.start[1] + 1) if details else None
    rows, first = sheet.iter_rows(), 1
    while some := list(islice(rows, _AT_ONCE)):
        columns: Sequence[Sequence[str]] = [_texts(cells) for cells in zip(*some, strict=True)]
        if seen:
            columns = seen.page(columns, first)
        yield [_column(texts) for texts in columns]
        first += len(some)


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
    if not value.is_integer() or abs(value) >= _MOST_DIGITS:
        return repr(value)
    if abs(value) < _EXACT:
        return str(int(value))
    digits, _, exponent = repr(value).partition("e+")
    whole, _, rest = digits.partition(".")
    return whole + rest.ljust(int(exponent), "0") if exponent else whole


def _text_of_duration(value: dt.timedelta) -> str:
    seconds = round(abs(value).total_seconds())
    sign = "-" if value < dt.timedelta() else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


_TEXT_OF: dict[type, Callable[[Any], str]] = {
    str: str,
    float: _text_of_float,
    bool: lambda value: "TRUE" if value else "FALSE",
    dt.date: lru_cache(_DATES)(dt.date.isoformat),
    dt.time: dt.time.isoformat,
    dt.timedelta: _text_of_duration,
    dt.datetime: lambda value: value.isoformat(sep=" "),
    type(None): lambda _: "",
}
