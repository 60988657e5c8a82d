"""CSV and its kin: finds the delimiter and reads row by row, each cell as text.

A quote that is never closed would make one cell of the rest of the file; such a file is left to
the reader of plain text, which loses the columns but no line.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator

from lookups.intake.entry import Rows as FindRows
from lookups.intake.entry import Source
from lookups.intake.spelling import STANDING_ALONE
from lookups.intake.table import Row, layout, read_table
from lookups.intake.text import blocks

_DELIMITERS = ",\t;|"
_SAMPLE_LINES = 50
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LAST = "last\N{INFORMATION SEPARATOR ONE}line"


def open_delimited(text: str, *, encoding: str, likely: str = ",") -> Source | None:
    """The text as a table, or None when its quotes do not pair and it is better read as lines."""
    delimiter = sniff(text, likely)
    if not _is_sound(text, delimiter):
        return None

    def rows() -> Iterator[Row]:
        return _rows(text, delimiter)

    at = layout(rows())
    finds = FindRows(lambda: read_table(rows, at, joiner=delimiter))
    return Source(format="csv", encoding=encoding, columns=at.columns, rows=finds)


def sniff(text: str, likely: str = ",") -> str:
    """The delimiter that cuts the first lines into the same number of cells most often.

    `likely` where two do so equally, and when none does: then each line is one cell.
    """
    lines: list[str] = []
    for line in _lines(text):
        if line.strip():
            lines.append(line)
        if len(lines) == _SAMPLE_LINES:
            break
    best, best_score = likely, (0, 0)
    for delimiter in likely + _DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            continue
        if not widths:
            break
        width, rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
        score = (rows, width) if width > 1 else (0, 0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends, cut at LF, CRLF and CR only."""
    for block in blocks(text):
        yield from _LINES.findall(block)


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(_lines(text), delimiter=delimiter)
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _is_sound(text: str, delimiter: str) -> bool:
    """Whether every quote is closed, and closed in the entry where it was opened."""

    def lines_and_one_more() -> Iterator[str]:
        last = ""
        for last in _lines(text):
            yield last
        if not last.endswith(("\r", "\n")):
            yield "\n"
        yield _LAST

    if '"' not in text and max(map(len, _lines(text)), default=0) <= csv.field_size_limit():
        return True
    reader = csv.reader(lines_and_one_more(), delimiter=delimiter)
    line, cells = 0, [""]
    try:
        for cells in reader:
            if reader.line_num > line + 1 and any(_holds_lines(cell) for cell in cells):
                return False
            line = reader.line_num
    except csv.Error:  # a cell past the csv module's limit of 131,072 characters
        return False
    return cells == [_LAST]


def _holds_lines(cell: str) -> bool:
    """Whether UUIDs stand on two lines of one cell: a quote has swallowed rows."""
    if "\n" not in cell and "\r" not in cell:
        return False
    return sum(1 for line in cell.splitlines() if STANDING_ALONE.search(line)) > 1
