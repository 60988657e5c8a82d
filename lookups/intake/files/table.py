"""Rows of cells → finds, and which row is the header.

Every cell of a row is searched. The cells that gave nothing, apart from the UUID column, come
along as columns of each entry of the row. Cells are text and stay as they came.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from lookups.intake.entry import EVERY_COLUMN, NO_UUID, Find, Rows, Table, shown, storable
from lookups.intake.errors import NoSuchChoice
from lookups.intake.uuids.disguise import is_blank
from lookups.intake.uuids.uuid_pattern import SHORTEST, Token, tokens

Row = tuple[int, Sequence[str]]
"""1-based line or spreadsheet row, cells."""

_LOOKED_AT = 200
"""Rows that decide on header and UUID column."""
_SHOWN = 10
"""Rows that a person chooses a column by."""
_NAME_LIMIT = 100
"""Characters of a column name that are kept."""
_MEANS_PHONON = re.compile(r"phonon\W*_*\W*(?:call\W*_*\W*)?(?:uu|gu)?id", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """What the first rows tell of a table, and what a person has said of it."""

    names: tuple[str, ...]
    header_line: int
    """0 when the table has no header."""
    uuid_column: int
    """0-based; -1 when no cell holds a UUID."""
    is_only: bool = False
    """Whether no other column is searched."""
    holders: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    """The columns without a filled cell so far."""
    column: str = EVERY_COLUMN
    """As `Table.column`."""
    sample: tuple[tuple[str, ...], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names beside the UUID column."""
        return tuple(name for i, name in enumerate(self.names) if i != self.uuid_column)

    @property
    def named(self) -> str:
        """The column that is named after Phonon's UUID; "" when none is, or several are."""
        for names in (self.holders, self.empty):
            if named := [name for name in names if _MEANS_PHONON.search(name)]:
                return named[0] if len(named) == 1 else ""
        return ""

    @property
    def reads_like_text(self) -> bool:
        """Whether its rows give the entries that the same lines would as plain text."""
        return not self.is_only and self.header_line <= 1

    @property
    def table(self) -> Table:
        return Table(self.names, self.holders, self.column, self.sample, self.is_only)

    def name(self, column: int) -> str:
        """The name of a 0-based column, also of one that the first rows lack."""
        return self.names[column] if column < len(self.names) else f"column {column + 1}"


def layout(rows: Iterable[Row], choice: str = "") -> Layout:
    """The layout that the first 200 rows show, and the chosen column. Raises NoSuchChoice.

    The first row that is not blank is the header when it holds nothing like a UUID and a later
    one does, or when it stands alone and its cells are names; else columns are called "column 1",
    "column 2", …  One column that holds UUIDs needs no choice, nor does the one that is named after
    Phonon's UUID, also where the first rows leave it empty.
    """
    filled = [(line, cells) for line, cells in islice(rows, _LOOKED_AT) if not _is_blank(cells)]
    found = [[tokens(cell) for cell in cells] for _, cells in filled]
    width = max((len(cells) for _, cells in filled), default=0)
    has_header = bool(filled) and not any(found[0])
    if has_header:
        has_header = any(any(row) for row in found[1:]) or (
            len(filled) == 1 and _are_names(filled[0][1])
        )
    names = _names(filled[0][1] if has_header else (), width)
    holding = Counter(
        i for row in found for i, each in enumerate(row) if any(uuid for _, uuid, _ in each)
    )
    below = filled[has_header:]
    used = {i for _, cells in below for i, cell in enumerate(cells) if not is_blank(cell)}
    at = Layout(
        names=names,
        header_line=filled[0][0] if has_header else 0,
        uuid_column=min((i for i, n in holding.items() if n == max(holding.values())), default=-1),
        holders=tuple(names[i] for i in sorted(holding)),
        empty=tuple(name for i, name in enumerate(names) if i not in used),
        sample=tuple(tuple(storable(cell) for cell in cells) for _, cells in below[:_SHOWN]),
    )
    return _with_column(at, choice)


def _with_column(at: Layout, choice: str) -> Layout:
    """The layout with the column that is searched: as chosen, or as it goes without saying."""
    if choice == EVERY_COLUMN or not (choice or at.holders):
        return at
    if choice and choice not in at.names:
        raise NoSuchChoice("This table has no such column. Choose another one.")
    column = choice or at.named
    if not choice and len(at.holders) == 1 and column in ("", *at.holders):
        return replace(at, column=at.holders[0])
    if not column:
        return replace(at, column="")
    holders = tuple(name for name in at.names if name in at.holders or name == column)
    uuid_column = at.names.index(column)
    return replace(at, column=column, uuid_column=uuid_column, holders=holders, is_only=True)


def _is_blank(cells: Sequence[str]) -> bool:
    return all(is_blank(cell) for cell in cells)


def _are_names(cells: Sequence[str]) -> bool:
    """Whether a row that stands alone is a header: names without figures, several or a UUID's."""
    filled = [cell for cell in cells if not is_blank(cell)]
    return all(not any(c.isdigit() for c in cell) for cell in filled) and (
        len(filled) > 1 or "uuid" in filled[0].lower()
    )


def _names(header: Sequence[str], width: int) -> tuple[str, ...]:
    """One name a column, none empty and no two alike."""
    names: dict[str, None] = {}
    again: Counter[str] = Counter()
    for i in range(width):
        written = storable(header[i].strip()[:_NAME_LIMIT]) if i < len(header) else ""
        name = stem = written or f"column {i + 1}"
        while name in names:
            again[stem] += 1
            name = f"{stem} {again[stem] + 1}"
        names[name] = None
    return tuple(names)


def finds_of(rows: Callable[[], Iterable[Row]], at: Layout, *, joiner: str) -> Rows:
    """The finds of the rows after the header; `joiner` makes a row without a UUID into text."""
    return Rows(
        partial(_read, rows, at, joiner, _columns_beside),
        partial(_read, rows, at, joiner, lambda *_: {}),
    )


def _read(
    rows: Callable[[], Iterable[Row]],
    at: Layout,
    joiner: str,
    columns_beside: Callable[[Layout, Sequence[str], set[int]], dict[str, str]],
) -> Iterator[Find]:
    header_line, only = at.header_line, at.uuid_column if at.is_only else -1
    for line, cells in rows():
        if line == header_line:
            continue
        found: list[Token] = []
        holding: set[int] = set()
        for i, cell in enumerate(cells):
            if len(cell) >= SHORTEST and (only < 0 or i == only):
                in_cell = tokens(cell)
                if in_cell:
                    found += in_cell
                    holding.add(i)
        columns = columns_beside(at, cells, holding)
        for text, uuid, reason in found:
            yield line, shown(text), uuid, reason, columns
        if not found:
            blank = _is_blank(cells)
            text = shown(joiner.join(cells))
            yield line, text, "", "" if blank else NO_UUID, {} if blank else columns


def _columns_beside(at: Layout, cells: Sequence[str], holding: set[int]) -> dict[str, str]:
    """What comes along: the cells that gave nothing, apart from the UUID column."""
    names, known = at.names, len(at.names)
    return {
        names[i] if i < known else at.name(i): storable(cell)
        for i, cell in enumerate(cells)
        if i != at.uuid_column and i not in holding
    }
