"""Rows of cells → finds, and which row is the header.

Every cell of a row is searched. The cells that gave nothing, apart from the UUID column, come
along as columns of each entry of the row. Cells are text and stay as they came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lookups.intake.disguise import is_blank
from lookups.intake.entry import NO_UUID, Find, shown, storable
from lookups.intake.spelling import SHORTEST, Token, tokens

Row = tuple[int, Sequence[str]]
"""1-based line or spreadsheet row, cells."""

_LOOKED_AT = 200
"""Rows that decide on header and UUID column."""
_NAME_LIMIT = 100
"""Characters of a column name that are kept."""


@dataclass(frozen=True)
class Layout:
    """What the first rows tell of a table."""

    names: tuple[str, ...]
    header_line: int
    """0 when the table has no header."""
    uuid_column: int
    """0-based; -1 when no cell holds a UUID."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names beside the UUID column."""
        return tuple(name for i, name in enumerate(self.names) if i != self.uuid_column)

    def name(self, column: int) -> str:
        """The name of a 0-based column, also of one that the first rows lack."""
        return self.names[column] if column < len(self.names) else f"column {column + 1}"


def layout(rows: Iterable[Row]) -> Layout:
    """The layout that the first 200 rows show.

    The first row that is not blank is the header when it holds nothing like a UUID and a later
    one does; else columns are called "column 1", "column 2", …
    """
    header: Row | None = None  # the first row that is not blank, until it proves to be none
    is_first, later_holds = True, False
    holders: Counter[int] = Counter()
    width = 0
    for line, cells in islice(rows, _LOOKED_AT):
        if all(is_blank(cell) for cell in cells):
            continue
        width = max(width, len(cells))
        found = [tokens(cell) for cell in cells]
        if is_first:
            header = None if any(found) else (line, cells)
            is_first = False
        else:
            later_holds = later_holds or any(found)
        holders.update(i for i, each in enumerate(found) if any(uuid for _, uuid, _ in each))
    most = max(holders.values(), default=0)
    uuid_column = min((i for i, n in holders.items() if n == most), default=-1)
    if header is None or not later_holds:
        return Layout(tuple(f"column {i + 1}" for i in range(width)), 0, uuid_column)
    return Layout(_names(header[1], width), header[0], uuid_column)


def _names(header: Sequence[str], width: int) -> tuple[str, ...]:
    """One name a column, none empty and no two alike."""
    names: list[str] = []
    for i in range(width):
        written = storable(header[i].strip()[:_NAME_LIMIT]) if i < len(header) else ""
        name = stem = written or f"column {i + 1}"
        again = 2
        while name in names:
            name, again = f"{stem} {again}", again + 1
        names.append(name)
    return tuple(names)


def read_table(rows: Callable[[], Iterable[Row]], at: Layout, *, joiner: str) -> Iterator[Find]:
    """The finds of the rows after the header; `joiner` makes a row without a UUID into text."""
    names = at.names
    for line, cells in rows():
        if line == at.header_line:
            continue
        found: list[Token] = []
        columns: dict[str, str] = {}
        for i, cell in enumerate(cells):
            in_cell = tokens(cell) if len(cell) >= SHORTEST else []
            if in_cell:
                found += in_cell
            elif i != at.uuid_column:
                columns[names[i] if i < len(names) else at.name(i)] = storable(cell)
        for text, uuid, reason in found:
            yield line, shown(text), uuid, reason, columns
        if not found:
            blank = all(is_blank(cell) for cell in cells)
            text = shown(joiner.join(cells))
            yield line, text, "", "" if blank else NO_UUID, {} if blank else columns
