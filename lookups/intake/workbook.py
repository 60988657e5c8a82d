"""XLSX, XLS and ODS: the first sheet that holds a UUID, each cell as the text a person sees."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from lookups.intake.disguise import is_blank
from lookups.intake.entry import Rows, Source
from lookups.intake.errors import EmptyFile, IntakeError, UnreadableWorkbook
from lookups.intake.limits import Limits
from lookups.intake.spelling import tokens
from lookups.intake.table import Row, layout, read_table
from lookups.intake.zip_check import DAMAGED, check_archive, locked

_LOOKED_AT = 2_000
"""Rows of a sheet in which a UUID must show for the sheet to be the one."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_EXACT = 10**15
"""Below it a float holds every whole number exactly."""


def open_workbook(data: bytes, limits: Limits, *, is_zip: bool) -> Source:
    """The source of a workbook. Raises UnreadableWorkbook, EmptyFile."""
    if is_zip:
        check_archive(data, limits)
    elif _ENCRYPTED in data:
        raise locked()
    try:
        sheet = _sheet_with_uuids(CalamineWorkbook.from_filelike(io.BytesIO(data)))
    except IntakeError:
        raise
    except PasswordError:
        raise locked() from None
    except (CalamineError, OSError, ValueError):
        raise UnreadableWorkbook(DAMAGED) from None
    except BaseException as error:
        # The reader's own panics are no Exception; anything else is none of ours to stop.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableWorkbook(DAMAGED) from None

    def rows() -> Iterator[Row]:
        return _without_last_blanks(_rows(sheet))

    at = layout(rows())
    finds = Rows(lambda: read_table(rows, at, joiner=" | "))
    return Source(format="xlsx", encoding="", columns=at.columns, rows=finds)


def _sheet_with_uuids(book: CalamineWorkbook) -> CalamineSheet:
    filled: CalamineSheet | None = None
    for index in range(len(book.sheet_names)):
        try:
            sheet = book.get_sheet_by_index(index)
        except CalamineError:  # a chart or macro sheet has no cells
            continue
        for number, (_, cells) in enumerate(_rows(sheet)):
            if any(uuid for cell in cells for _, uuid, _ in tokens(cell)):
                return sheet
            if filled is None and any(cells):
                filled = sheet
            if number > _LOOKED_AT:
                break
    if filled is None:
        raise EmptyFile("This workbook has no filled cells. Choose another file.")
    return filled


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    if sheet.start is None:
        return
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [cell_text(cell) for cell in cells]


def _without_last_blanks(rows: Iterator[Row]) -> Iterator[Row]:
    """Rows that were only formatted, after the last filled one, are no rows to a person."""
    waiting: list[Row] = []
    for row in rows:
        if all(is_blank(cell) for cell in row[1]):
            waiting.append(row)
            continue
        yield from waiting
        waiting.clear()
        yield row


def cell_text(value: Any) -> str:
    """The cell as text: 12345.0 is "12345", dates are ISO, booleans TRUE and FALSE."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)
