"""CSV and its kin: finds the delimiter and reads row by row, each cell as text.

A quote that is never closed would make one cell of the rest of the file; such a file is left to
the reader of plain text, which loses the columns but no line.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import IO

from lookups.intake.blocks import blocks, decoded, without_first_line
from lookups.intake.entry import Source
from lookups.intake.files.encoding import Encoding
from lookups.intake.files.table import Row, finds_of, layout
from lookups.intake.uuids.uuid_pattern import STANDING_ALONE

_DELIMITERS = ",\t;|"
_SAMPLE_LINES = 50
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LAST = "last\N{INFORMATION SEPARATOR ONE}line"


def open_delimited(
    stream: IO[bytes], *, encoding: Encoding, likely: str = ",", column: str = ""
) -> Source | None:
    """The stream as a table, or None when its quotes do not pair and it is better read as lines.

    Raises NoSuchChoice when the chosen column is none of its columns.
    """
    lines = partial(_lines, stream, encoding.name)
    delimiter = sniff(lines(), likely)
    is_plain = _is_plain(blocks(stream, encoding.name))
    if not (is_plain or _is_sound(lines(), delimiter)):
        return None
    rows = partial(_rows, lines, delimiter)
    at = layout(rows(), column)
    source = Source(
        format="csv",
        encoding=encoding.name,
        columns=at.columns,
        rows=finds_of(rows, at, joiner=delimiter),
        encoding_is_guess=encoding.is_guess,
        encodings=encoding.offered,
        table=at.table,
    )
    if is_plain and at.reads_like_text:
        # Without quotes a row is a line, and lines are counted faster.
        text = partial(blocks, stream, encoding.name)
        source = source.counted_by(
            partial(without_first_line, text) if at.header_line else text,
            first_line=1 + at.header_line,
            joiner=delimiter,
        )
    return source


def is_table(start: str) -> bool:
    """Whether whole lines are a table by their look alone: a header and rows of one width, of which
    several columns hold UUIDs or one is named after Phonon's.

    Anything less is as well read as lines.
    """
    lines = _LINES.findall(start)[:_SAMPLE_LINES]
    try:
        rows = list(csv.reader(lines, delimiter=sniff(lines)))
    except csv.Error:
        return False
    at = layout(enumerate(rows, start=1))
    if len({len(cells) for cells in rows if cells}) != 1 or not at.header_line:
        return False
    return len(at.holders) > 1 or bool(at.holders and at.named)


def sniff(lines: Iterable[str], likely: str = ",") -> str:
    """The delimiter that cuts the first lines into the same number of cells most often.

    `likely` where two do so equally, and when none does: then each line is one cell.
    """
    first = list(islice((line for line in lines if line.strip()), _SAMPLE_LINES))
    best, best_score = likely, (0, 0)
    for delimiter in likely + _DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(first, delimiter=delimiter))
        except csv.Error:
            continue
        if not widths:
            break
        width, rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
        score = (rows, width) if width > 1 else (0, 0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _lines(stream: IO[bytes], encoding: str) -> Iterator[str]:
    """Lines with their ends as they came, cut at LF, CRLF and CR only."""
    stream.seek(0)
    waiting: list[str] = []
    for piece in decoded(stream, encoding):
        waiting.append(piece)
        if "\n" in piece or "\r" in piece:
            *lines, rest = _LINES.findall("".join(waiting))
            yield from lines
            waiting = [rest]  # maybe to be continued, or a CR before its LF
    yield from _LINES.findall("".join(waiting))


def _rows(lines: partial[Iterator[str]], delimiter: str) -> Iterator[Row]:
    reader = csv.reader(lines(), delimiter=delimiter)
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _is_plain(pieces: Iterable[bytes]) -> bool:
    """Whether no cell is quoted, and none is longer than the csv module takes."""
    longest = csv.field_size_limit()
    return not any(
        b'"' in block or max(map(len, block.split(b"\n")), default=0) > longest for block in pieces
    )


def _is_sound(lines: Iterator[str], delimiter: str) -> bool:
    """Whether every quote is closed, and closed in the entry where it was opened."""

    def lines_and_one_more() -> Iterator[str]:
        last = ""
        for last in lines:
            yield last
        if not last.endswith(("\r", "\n")):
            yield "\n"
        yield _LAST

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
