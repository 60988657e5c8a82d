"""Rows of cells → finds: which row is the header, and which column holds the UUIDs.

The first rows are looked at one by one, all others by a survey, so that a column that fills late
counts as well. Every cell of a row is searched. The cells that gave nothing, apart from the UUID
column, come along as columns of each entry of the row. Cells are text and stay as they came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from lookups.intake.entry import EVERY_COLUMN, NO_UUID, Find, Rows, Table, shown, storable
from lookups.intake.errors import NoSuchChoice
from lookups.intake.files.header import MEANS_PHONON, Row, header_of
from lookups.intake.uuids.disguise import is_blank
from lookups.intake.uuids.uuid_pattern import SHORTEST, Token, tokens

__all__ = ["LOOKED_AT", "Layout", "Row", "Survey", "finds_of", "layout"]

LOOKED_AT = 200
"""Rows at the top that are looked at one by one."""
_SHOWN = 10
"""Rows that a person chooses a column by."""
_TITLES = 20
"""Rows above the header whose text is kept."""
_NAME_LIMIT = 100
"""Characters of a column name that are kept."""


@dataclass
class Survey:
    """What the rows after the first 200 tell."""

    width: int = 0
    """Cells of the widest row."""
    holders: set[int] = field(default_factory=set)
    """The 0-based columns that hold UUIDs."""

    def look_at(self, cells: Sequence[str]) -> None:
        if len(cells) > self.width:
            self.width = len(cells)
        for i, cell in enumerate(cells):
            if len(cell) >= SHORTEST and i not in self.holders and holds_uuid(cell):
                self.holders.add(i)


def holds_uuid(cell: str) -> bool:
    return any(uuid for _, uuid, _ in tokens(cell))


@dataclass(frozen=True)
class Layout:
    """What the rows tell of a table, and what a person has said of it."""

    names: tuple[str, ...]
    header_line: int
    """0 when the table has no header."""
    uuid_column: int
    """0-based; -1 when no cell holds a UUID."""
    titles: tuple[str, ...] = ()
    """What stands above the header, a text each row; () when nothing does."""
    title_rows: int = 0
    is_only: bool = False
    """Whether no other column is searched."""
    holders: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    """The columns without a filled cell among the first rows."""
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
            if named := [name for name in names if MEANS_PHONON.search(name)]:
                return named[0] if len(named) == 1 else ""
        return ""

    @property
    def skipped(self) -> int:
        """The rows at the top that are no data: titles and the header."""
        return self.header_line if self.title_rows or self.header_line == 1 else 0

    @property
    def reads_like_text(self) -> bool:
        """Whether its rows give the entries that the same lines would as plain text."""
        return not self.is_only and self.skipped == self.header_line

    @property
    def table(self) -> Table:
        return Table(self.names, self.holders, self.column, self.sample, self.is_only)

    def name(self, column: int) -> str:
        """The name of a 0-based column, also of one that the names lack."""
        return self.names[column] if column < len(self.names) else f"column {column + 1}"


def layout(top: Iterable[Row], rest: Survey | None = None, choice: str = "") -> Layout:
    """The layout of a table: of its first 200 rows, and a survey of all others.

    Columns without a name in the header are called "column 1", "column 2", …  One column that holds
    UUIDs needs no choice, nor does the one that is named after Phonon's UUID, also where the first
    rows leave it empty. Raises NoSuchChoice.
    """
    rest = rest or Survey()
    rows = list(islice(top, LOOKED_AT))
    filled = [(line, cells) for line, cells in rows if not _is_blank(cells)]
    found = [[tokens(cell) for cell in cells] for _, cells in filled]
    holding = Counter(
        i for row in found for i, each in enumerate(row) if any(uuid for _, uuid, _ in each)
    )
    holders = set(holding) | rest.holders
    head = header_of(filled, [{i for i, each in enumerate(row) if each} for row in found], holders)
    below = filled[head + 1 :]
    width = max((_filled_width(cells) for _, cells in filled[max(head, 0) :]), default=0)
    names = _names(filled[head][1] if head >= 0 else (), max(width, rest.width))
    used = {i for _, cells in below for i, cell in enumerate(cells) if not is_blank(cell)}
    most = max(holding.values(), default=0)
    at = Layout(
        names=names,
        header_line=filled[head][0] if head >= 0 else 0,
        uuid_column=min((i for i in holders if holding[i] == most), default=-1),
        titles=tuple(_title(cells) for _, cells in filled[:head][:_TITLES]) if head > 0 else (),
        title_rows=sum(1 for line, _ in rows if line < filled[head][0]) if head > 0 else 0,
        holders=tuple(names[i] for i in sorted(holders)),
        empty=tuple(name for i, name in enumerate(names) if i not in used),
        sample=tuple(tuple(storable(cell) for cell in cells) for _, cells in below[:_SHOWN]),
    )
    return _with_column(at, choice)


def _filled_width(cells: Sequence[str]) -> int:
    """Its cells up to the last filled one."""
    return max((i + 1 for i, cell in enumerate(cells) if not is_blank(cell)), default=0)


def _title(cells: Sequence[str]) -> str:
    return shown(" ".join(cell.strip() for cell in cells if not is_blank(cell)))


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
    header_line, skipped = at.header_line, at.skipped
    only = at.uuid_column if at.is_only else -1
    for line, cells in rows():
        if line <= skipped or line == header_line:
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
        if i != at.uuid_column and i not in holding and (cell or i < known)
    }
