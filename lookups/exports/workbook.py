"""XLSX: every cell a text cell, so that Excel neither runs, rounds nor reformats anything."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from xlsxwriter import Workbook

from lookups.exports.formats import ExportError

MAX_ROWS = 1_048_576  # of a sheet, with the header
MAX_CELL = 32_767  # UTF-16 units
CUT = "… [cut: a cell of Excel holds no more]"
CHUNK_BYTES = 1 << 16


def check_size(count: int) -> None:
    """Raises ExportError when so many rows do not fit into one sheet."""
    if count > MAX_ROWS - 1:
        raise ExportError(
            f"An Excel sheet holds {MAX_ROWS - 1:,} rows, and this export has more. "
            "Use CSV, or narrow the search."
        )


def workbook(columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> Iterator[bytes]:
    """The file in chunks. It is complete before the first chunk leaves, and it has no name, so
    that it is gone when it is closed, whatever happens. Raises ExportError for too many rows."""
    file = tempfile.TemporaryFile(prefix="export-", suffix=".xlsx")  # noqa: SIM115  (closed with its last chunk)
    try:
        _fill(file, columns, rows)
    except BaseException:
        file.close()
        raise
    return _chunks(file)


def _fill(file: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> None:
    with Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Calls")
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(columns):
            sheet.write_string(0, column, fitting(name))
        for place, row in enumerate(rows, 1):
            check_size(place)
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write_string(place, column, fitting(cell))


def fitting(cell: str) -> str:
    """The cell as Excel can hold it: cut, with a mark at the end, where it is too long, and a
    question mark for half a character."""
    units = cell.encode("utf-16-le", "replace")
    if len(units) > 2 * MAX_CELL:
        kept = units[: 2 * (MAX_CELL - len(CUT))]
        return kept.decode("utf-16-le", "ignore") + CUT
    return units.decode("utf-16-le")


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
