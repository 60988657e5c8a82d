"""XLSX, XLS and ODS: a child process reads a sheet out, each cell as text."""

from __future__ import annotations

import io
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import IO, Any

from lookups.intake.child import Child
from lookups.intake.counting.fast_tally import counted, tally_of_columns
from lookups.intake.entry import INCLUDE, Choices, Counted, Source
from lookups.intake.errors import EmptyFile, IntakeError, NoSuchChoice, UnreadableWorkbook
from lookups.intake.files.file_kind import OLE
from lookups.intake.files.plain_survey import may_hold_uuid
from lookups.intake.files.sheet import CELL_END, COLUMN_END, END, PAGE_END, Page, cells_of
from lookups.intake.files.table import LOOKED_AT, Row, Survey, finds_of, holds_uuid, layout
from lookups.intake.files.zip_check import DAMAGED, check_archive, locked
from lookups.intake.limits import MEGABYTE, Limits

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PIECE = 256 * 1024
_JOINER = " | "
"""Between the cells of a row that is shown as text."""

_GREW = (
    "This workbook is damaged, or it spans more cells than can be read. Copy the sheet with the "
    "UUIDs into a new workbook, or save it as CSV, and upload that."
)


def open_workbook(stream: IO[bytes], limits: Limits, choices: Choices, *, is_zip: bool) -> Source:
    """The source of a workbook: the chosen sheet, or the first that holds a UUID.

    Raises UnreadableWorkbook, EmptyFile, NoSuchChoice; the first also while rows are read.
    """
    sheet = _Sheet(stream, limits, choices.sheet)
    try:
        if is_zip:  # meanwhile: what the archive says of its sizes may be untrue
            check_archive(stream, limits)
        return _source(sheet, choices)
    except BaseException:
        sheet.close()
        raise


def _source(sheet: _Sheet, choices: Choices) -> Source:
    facts = sheet.facts()
    is_all = choices.hidden_rows == INCLUDE
    hidden = Runs(facts["hidden"])
    rows = partial(_rows, sheet, Runs([]) if is_all else hidden)
    is_filtered = bool(hidden) and not is_all
    survey = _survey_of_rows(rows()) if is_filtered else _survey(sheet)
    at = layout(rows(), survey, choices.column)
    finds = finds_of(rows, at, joiner=_JOINER)
    finds.keep(sheet)
    source = Source(
        format="xlsx",
        encoding="",
        columns=at.columns,
        rows=finds,
        sheets=tuple(facts["sheets"]),
        sheet=facts["sheet"],
        hidden_sheets=tuple(facts["hidden_sheets"]),
        table=at.table,
        header_row=at.header_line,
        title_rows=at.title_rows,
        titles=at.titles,
        hidden_rows=_filled(sheet, hidden),
        hidden_rows_are_read=is_all,
    )
    if is_filtered or not at.reads_like_text:
        return source
    return source.counted_by(
        partial(_blocks, sheet, at.skipped),
        partial(_tallies, sheet, at.skipped),
        first_line=1 + at.skipped,
        joiner=_JOINER,
    )


Runs = list[tuple[int, int]]
"""First and last of each run of rows, in order."""


class _Sheet:
    """What the child writes of a sheet, kept in a file as it comes, so that it is read once."""

    def __init__(self, stream: IO[bytes], limits: Limits, choice: str) -> None:
        with tempfile.TemporaryFile() as book:
            stream.seek(0)
            shutil.copyfileobj(stream, book, MEGABYTE)
            if _is_encrypted(book):
                raise locked()
            book.seek(0)
            figures = map(str, (limits.child_bytes, limits.child_seconds))
            self._child = Child("lookups.intake.files.sheet", choice, *figures, given=book)
        self._kept = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `close`)
        self._size = 0
        self._limit = limits.max_inflated_bytes
        self._is_whole = False
        self._first_page = 0

    def close(self) -> None:
        self._child.stop()
        self._kept.close()

    def facts(self) -> dict[str, Any]:
        """What the child says of the workbook. Raises what it could not do."""
        head = b""
        while b"\n" not in head and (more := self._read(len(head))):
            head += more
        line = head.partition(b"\n")[0]
        self._first_page = len(line) + 1
        facts: dict[str, Any] = json.loads(line)
        if error := facts.get("error"):
            raise _REFUSALS[error]()
        return facts

    def pages(self) -> Iterator[Page]:
        """All rows. Raises UnreadableWorkbook when the child has died."""
        at, waiting = self._first_page, list[bytes]()
        while piece := self._read(at):
            at += len(piece)
            waiting.append(piece)
            if PAGE_END in piece:
                *pages, rest = b"".join(waiting).split(PAGE_END)
                yield from (page.split(COLUMN_END) for page in pages)
                waiting = [rest]

    def _read(self, at: int) -> bytes:
        """What stands there, as soon as it does; b"" at the end."""
        if at < self._size:
            self._kept.seek(at)
            return self._kept.read(_PIECE)
        if self._is_whole:
            return b""
        piece = self._child.read_some(_PIECE)
        if not piece or self._size > self._limit:
            raise UnreadableWorkbook(_GREW)
        self._is_whole = piece.endswith(END)
        self._kept.seek(0, io.SEEK_END)
        self._kept.write(piece)
        self._size += len(piece)
        return piece


def _is_encrypted(book: IO[bytes]) -> bool:
    book.seek(0)
    return book.read(len(OLE)) == OLE and _ENCRYPTED in book.read()


def _empty() -> IntakeError:
    return EmptyFile("This workbook has no filled cells. Choose another file.")


def _none() -> IntakeError:
    return NoSuchChoice("This workbook has no such sheet. Choose another one.")


_REFUSALS: dict[str, Callable[[], IntakeError]] = {
    "locked": locked,
    "damaged": partial(UnreadableWorkbook, DAMAGED),
    "large": partial(UnreadableWorkbook, _GREW),
    "empty": _empty,
    "none": _none,
}


def _rows(sheet: _Sheet, hidden: Runs) -> Iterator[Row]:
    """The rows that are not hidden, with the numbers that they have in the sheet."""
    if not hidden:
        return _all_rows(sheet)
    return (row for row, is_hidden in _told(sheet, hidden) if not is_hidden)


def _all_rows(sheet: _Sheet) -> Iterator[Row]:
    rows = (row for page in sheet.pages() for row in zip(*map(cells_of, page), strict=True))
    return enumerate(rows, start=1)


def _told(sheet: _Sheet, hidden: Runs) -> Iterator[tuple[Row, bool]]:
    """Each row, and whether it is hidden."""
    runs = iter([*hidden, (sys.maxsize, sys.maxsize)])
    first, last = next(runs)
    for row in _all_rows(sheet):
        while row[0] > last:
            first, last = next(runs)
        yield row, row[0] >= first


def _filled(sheet: _Sheet, hidden: Runs) -> int:
    """How many of the hidden rows hold anything."""
    if not hidden:
        return 0
    return sum(1 for (_, cells), is_hidden in _told(sheet, hidden) if is_hidden and any(cells))


def _survey_of_rows(rows: Iterator[Row]) -> Survey:
    survey = Survey()
    for _, cells in islice(rows, LOOKED_AT, None):
        survey.look_at(cells)
    return survey


def _survey(sheet: _Sheet) -> Survey:
    """The rows after the first 200, looked at a column of a page at a time."""
    survey, line = Survey(), 0
    for page in sheet.pages():
        height = _height(page)
        if line + height > LOOKED_AT:
            from_row = max(0, LOOKED_AT - line)
            for i, column in enumerate(page):
                if i >= survey.width and column.strip(CELL_END + b" "):
                    survey.width = i + 1
                if i not in survey.holders and may_hold_uuid(column):
                    cells = cells_of(column)[from_row:]
                    if any(map(holds_uuid, cells)):
                        survey.holders.add(i)
        line += height
    return survey


def _blocks(sheet: _Sheet, skipped: int) -> Iterator[bytes]:
    """The rows after the header as lines of text."""
    for page in sheet.pages():
        yield _lines(page, skipped)
        skipped = max(0, skipped - _height(page))


def _tallies(sheet: _Sheet, skipped: int) -> Iterator[Counted]:
    """The tally of each block. Most pages are counted without making lines of them."""
    for page in sheet.pages():
        tally = None if skipped else tally_of_columns(page, CELL_END)
        if tally:
            yield len(tally.uuids), tally
        else:
            yield counted(_lines(page, skipped), _JOINER)
        skipped = max(0, skipped - _height(page))


def _height(page: Page) -> int:
    return page[0].count(CELL_END) + 1


def _lines(page: Page, skipped: int) -> bytes:
    columns = (column.replace(b"\n", b"\x0b").split(CELL_END) for column in page)
    lines = list(map(_JOINER.encode().join, zip(*columns, strict=True)))
    return b"".join(line + b"\n" for line in lines[skipped:])
