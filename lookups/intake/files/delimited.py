"""CSV and its kin: finds the delimiter and reads row by row, each cell as text.

A quote that is never closed would make one cell of the rest of the file; such a file is left to
the reader of plain text, which loses the columns but no line.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import IO

from lookups.intake.blocks import blocks, decoded, without_first_lines
from lookups.intake.entry import Source
from lookups.intake.files.encoding import Encoding
from lookups.intake.files.header import names_uuid
from lookups.intake.files.plain_survey import PlainSurvey
from lookups.intake.files.table import LOOKED_AT, Layout, Row, Survey, finds_of, layout
from lookups.intake.uuids.escapes import ANSI
from lookups.intake.uuids.uuid_pattern import STANDING_ALONE

_DELIMITERS = ",\t;|"
_SAMPLE_LINES = 200
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LAST = "last\N{INFORMATION SEPARATOR ONE}line"
_WITH_SEMICOLONS = re.compile(rf"{ANSI}|\[[0-9;]{{1,15}}m|&#?[0-9A-Za-z]{{1,20}};")
_DECLARED = re.compile(r'\ufeff?"?sep=([,;|\t])"?\r?\n?', re.IGNORECASE)
"""The first line by which Excel is told the delimiter."""
_EVEN = 0.9
"""The part of the rows that has one width in a table."""

UNPAIRED = (
    "The quotes of this table do not pair, so it is read line by line, without its columns. "
    "Save it as XLSX to keep them."
)


def open_delimited(
    stream: IO[bytes], *, encoding: Encoding, likely: str = ",", column: str = ""
) -> Source | None:
    """The stream as a table, or None when its quotes do not pair and it is better read as lines.

    Raises NoSuchChoice when the chosen column is none of its columns.
    """
    lines = partial(_lines, stream, encoding.name)
    declared = _DECLARED.fullmatch(next(lines(), ""))
    before = int(bool(declared))
    delimiter = declared[1] if declared else sniff(lines(), likely)
    rows = partial(_rows, lines, delimiter, before)
    text = partial(blocks, stream, encoding.name)
    is_plain = _is_plain(text())
    if is_plain:
        below = without_first_lines(text, before + LOOKED_AT)
        survey: Survey | None = PlainSurvey(delimiter).of(below)
    else:
        survey = _survey_if_sound(lines, delimiter, before)
    if survey is None:
        return None
    return _source(
        rows,
        layout(rows(), survey, column),
        encoding,
        delimiter,
        # Without quotes a row is a line, and lines are counted faster.
        text=text if is_plain else None,
        before=before,
    )


def open_rows(stream: IO[bytes], *, delimiter: str, column: str = "") -> Source:
    """Lines of UTF-8 as rows, in which the delimiter stands between cells and nowhere else."""
    text = partial(blocks, stream, "utf-8")
    lines = partial(_lines, stream, "utf-8")
    rows = partial(_split, lines, delimiter)
    survey = PlainSurvey(delimiter).of(without_first_lines(text, LOOKED_AT))
    at = layout(rows(), survey, column)
    return _source(rows, at, Encoding("utf-8"), delimiter, text=text, before=0)


def _split(lines: partial[Iterator[str]], delimiter: str) -> Iterator[Row]:
    for number, line in enumerate(lines(), start=1):
        yield number, line.rstrip("\n").split(delimiter)


def _source(
    rows: Callable[[], Iterator[Row]],
    at: Layout,
    encoding: Encoding,
    delimiter: str,
    *,
    text: Callable[[], Iterator[bytes]] | None,
    before: int,
) -> Source:
    source = Source(
        format="csv",
        encoding=encoding.name,
        columns=at.columns,
        rows=finds_of(rows, at, joiner=delimiter),
        encoding_is_guess=encoding.is_guess,
        encodings=encoding.offered,
        table=at.table,
        header_row=at.header_line,
        title_rows=at.title_rows,
        titles=at.titles,
    )
    if text is None or not at.reads_like_text:
        return source
    skipped = max(before, at.skipped)
    return source.counted_by(
        partial(without_first_lines, text, skipped), first_line=1 + skipped, joiner=delimiter
    )


def is_table(start: str) -> bool:
    """Whether whole lines are a table by their look alone.

    Rows of tabs, as copied out of a spreadsheet, need no header; others need one above rows of its
    width. Where commas stand in it, as they do in sentences, it names the UUIDs, or several columns
    hold them. Anything less is as well read as lines.
    """
    # The semicolons of colours and entities part no cells.
    lines = _LINES.findall(_WITH_SEMICOLONS.sub("", start))[:LOOKED_AT]
    if lines and _DECLARED.fullmatch(lines[0]):
        return True
    delimiter = sniff(lines)
    try:
        rows = [(n, row) for n, row in enumerate(csv.reader(lines, delimiter=delimiter), 1) if row]
    except csv.Error:
        return False
    at = layout(rows)
    below = [cells for line, cells in rows if line >= at.header_line and any(cells)]
    if not _are_even(below):
        return False
    if delimiter == "\t":
        return bool(at.header_line) or len(below) > 1
    # Without a UUID so far the first row may be a header; it is one if it names them.
    is_headed = bool(at.header_line) or not at.holders
    return is_headed and _is_header(below[0], at, delimiter)


def _are_even(rows: list[list[str]]) -> bool:
    """Whether nearly all rows have the same width, and more than one cell."""
    width, times = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    return width > 1 and times >= _EVEN * len(rows) and len(rows[0]) == width


def _is_header(cells: list[str], at: Layout, delimiter: str) -> bool:
    if delimiter in ";|" and at.holders:
        return True
    is_sentence = any(cell.startswith(" ") for cell in cells)
    return len(at.holders) > 1 or (not is_sentence and any(map(names_uuid, cells)))


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


def _rows(lines: partial[Iterator[str]], delimiter: str, before: int) -> Iterator[Row]:
    """The rows after as many lines."""
    reader = csv.reader(islice(lines(), before, None), delimiter=delimiter)
    line = 1
    for cells in reader:
        yield before + line, cells
        line = reader.line_num + 1


def _is_plain(pieces: Iterable[bytes]) -> bool:
    """Whether no cell is quoted, and none is longer than the csv module takes."""
    longest = csv.field_size_limit()
    return not any(
        b'"' in block or max(map(len, block.split(b"\n")), default=0) > longest for block in pieces
    )


def _survey_if_sound(lines: partial[Iterator[str]], delimiter: str, before: int) -> Survey | None:
    """The rows after the first 200, looked at; None unless every quote is closed, and closed in the
    entry where it was opened."""
    survey = Survey()
    usual = Counter(len(cells) for _, cells in islice(_safe_rows(lines, delimiter), LOOKED_AT))
    width = max(usual, key=lambda width: (usual[width], width), default=0)
    reader = csv.reader(_and_one_more(islice(lines(), before, None)), delimiter=delimiter)
    line, cells = 0, [""]
    try:
        for row, cells in enumerate(reader):
            if reader.line_num > line + 1 and any(
                _holds_rows(cell, delimiter, width) for cell in cells
            ):
                return None
            line = reader.line_num
            if row >= LOOKED_AT and cells != [_LAST]:
                survey.look_at(cells)
    except csv.Error:  # a cell past the csv module's limit of 131,072 characters
        return None
    return survey if cells == [_LAST] else None


def _and_one_more(lines: Iterator[str]) -> Iterator[str]:
    last = ""
    for last in lines:
        yield last
    if not last.endswith(("\r", "\n")):
        yield "\n"
    yield _LAST


def _safe_rows(lines: partial[Iterator[str]], delimiter: str) -> Iterator[Row]:
    try:
        yield from _rows(lines, delimiter, 0)
    except csv.Error:
        return


def _holds_rows(cell: str, delimiter: str, width: int) -> bool:
    """Whether UUIDs stand on two lines of one cell that look like rows: a quote swallowed them.

    Lines of UUIDs alone are what a person has put into one cell.
    """
    if "\n" not in cell and "\r" not in cell:
        return False
    lines = cell.splitlines()
    if sum(1 for line in lines if STANDING_ALONE.search(line)) < 2:
        return False
    # Of a single column no line can tell whether it is a row.
    return width < 2 or any(line.count(delimiter) + 1 >= width for line in lines)
