"""The values intake gives: an entry, the source it came from, and what they sum up to."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

TEXT_LIMIT = 200
"""Characters of a line that an entry keeps."""

NO_UUID = "no UUID"

Find = tuple[int, str, str, str, Mapping[str, str]]
"""Line, text, UUID or "", reason or "", columns. Neither UUID nor reason: a blank line. The reason
of a UUID is what it was read through, such as typographic dashes."""

EVERY_COLUMN = "*"
"""As the choice of a column: every cell of a row is searched."""


INCLUDE, LEAVE_OUT = "include", "leave-out"
"""As the choice of what happens to rows that a filter of the workbook hides."""


class Kind(StrEnum):
    """The bucket of an entry; the four sum up to all entries."""

    UNIQUE = "unique"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    BLANK = "blank"


@dataclass(frozen=True)
class Choices:
    """What a person decided where a file leaves a choice; "" leaves it to us."""

    part: str = ""
    """The file in an archive."""
    encoding: str = ""
    sheet: str = ""
    column: str = ""
    """The name of the column that holds the UUIDs, or EVERY_COLUMN."""
    hidden_rows: str = ""
    """INCLUDE, or LEAVE_OUT, which goes without saying."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A UUID, a near-miss, or a whole line or row that holds neither."""

    position: int
    """1-based place among all entries."""
    line: int
    """1-based line, spreadsheet row, or place in a JSON list."""
    kind: Kind
    text: str
    """As it came, at most 200 characters: the UUID or near-miss alone, else the line."""
    uuid: str = ""
    """36 lower-case characters for unique and duplicate, else empty."""
    reason: str = ""
    """For rejected, e.g. "one digit short"."""
    first_line: int | None = None
    """For a duplicate: where the first one stood."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """The other columns of the row, as text; none for plain text."""
    read_as: str = ""
    """Of a UUID: what it was read through, e.g. "typographic dashes"; empty as a rule."""


class Closable(Protocol):
    def close(self) -> None: ...


class Rows:
    """Finds that can be read more than once: each pass starts from the top.

    A file they are read from is kept with `keep`, and closed when nobody needs them any more.
    """

    def __init__(
        self,
        start: Callable[[], Iterator[Find]],
        start_bare: Callable[[], Iterator[Find]] | None = None,
    ) -> None:
        self._start = start
        self._start_bare = start_bare or start

    def __iter__(self) -> Iterator[Find]:
        return self._start()

    def bare(self) -> Iterator[Find]:
        """The same finds, maybe without their columns: for counting, at half the price."""
        return self._start_bare()

    def keep(self, file: Closable) -> None:
        weakref.finalize(self, file.close)


@dataclass(frozen=True)
class Table:
    """The columns of a table and its first rows, for a person to choose by."""

    names: tuple[str, ...]
    holders: tuple[str, ...]
    """The columns in which UUIDs stand."""
    column: str
    """The one that is searched, EVERY_COLUMN, or "" when a person should be asked: until then every
    cell is searched."""
    sample: tuple[tuple[str, ...], ...]
    """The cells of the first ten rows after the header."""
    is_only: bool = False
    """Whether no other column is searched."""

    @property
    def question(self) -> str:
        """What a person must say before this can be looked up, or ""."""
        if self.column:
            return ""
        many = len(self.holders)
        return f"{many} columns hold UUIDs. Choose the one with the Phonon UUIDs, or every column."


@dataclass(frozen=True)
class Tally:
    """The sums of one block."""

    uuids: list[bytes]
    """Canonical, each time one stands there; not quite in order where one was disguised."""
    rejected: int
    blank: int
    read_as: int


Counted = tuple[int, Tally]
"""The line ends of a block, and its sums."""


@dataclass(frozen=True)
class Source:
    """What was opened: its description, and its rows, not yet read into entries."""

    format: str
    """"text", "csv" (any table of text), "xlsx" (any workbook), "html" (a table of a page) or
    "json"."""
    encoding: str
    """Of the bytes, e.g. "utf-8"; empty for a workbook and for pasted text."""
    columns: tuple[str, ...]
    """Names of the columns beside the UUID, in order; () for plain text."""
    rows: Rows
    encoding_is_guess: bool = False
    encodings: tuple[str, ...] = ()
    """Those that a person may choose from; () for a workbook and for pasted text."""
    parts: tuple[str, ...] = ()
    """The files of an archive that can be read, and which of them this is."""
    part: str = ""
    sheets: tuple[str, ...] = ()
    """The sheets of a workbook or tables of a page, and which of them this is."""
    sheet: str = ""
    hidden_sheets: tuple[str, ...] = ()
    """Those of the sheets that nobody sees: read only when chosen."""
    header_row: int = 0
    """The 1-based line or row of the header; 0 when there is none."""
    title_rows: int = 0
    """Rows above the header, which are left out, and the text of the first 20 that are filled."""
    titles: tuple[str, ...] = ()
    hidden_rows: int = 0
    """Filled rows that a filter or a person has hidden, and whether they are read all the same."""
    hidden_rows_are_read: bool = False
    remarks: tuple[str, ...] = ()
    """Sentences on how it was read, such as that quotes do not pair."""
    table: Table | None = None
    blocks: Callable[[], Iterator[bytes]] | None = None
    """What can be counted as plain text: UTF-8 in pieces of whole lines, each ended by LF but maybe
    the last. None where rows are more than lines."""
    first_line: int = 1
    """The number of the first line of the blocks."""
    joiner: str = ""
    """What stands between the cells of a line; a line of nothing else is blank."""
    tallies: Callable[[], Iterator[Counted]] | None = None
    """The tally of each block, where it can be had without the block."""

    def as_read(self, choices: Choices) -> Choices:
        """These choices, and what was decided where they leave it to us: read with them, the same
        bytes give this source again."""
        column = choices.column
        if self.table and not column:
            column = self.table.column if self.table.is_only else EVERY_COLUMN
        hidden_rows = choices.hidden_rows or (LEAVE_OUT if self.hidden_rows else "")
        return replace(
            choices, part=self.part, sheet=self.sheet, column=column, hidden_rows=hidden_rows
        )

    def counted_by(
        self,
        blocks: Callable[[], Iterator[bytes]],
        tallies: Callable[[], Iterator[Counted]] | None = None,
        *,
        first_line: int,
        joiner: str,
    ) -> Source:
        return replace(self, blocks=blocks, tallies=tallies, first_line=first_line, joiner=joiner)


class UUIDs:
    """Many UUIDs in the least memory that still tells them apart; they come out as text."""

    def __init__(self, known: AbstractSet[bytes]) -> None:
        self._known = known

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[str]:
        return (known.decode() for known in self._known)


@dataclass(frozen=True)
class Summary:
    """Counts that hold `entries = unique + duplicates + rejected + blank`, and a few entries."""

    entries: int
    unique: int
    duplicates: int
    rejected: int
    blank: int
    uuids: UUIDs
    """The distinct ones, in no order."""
    rejected_sample: list[Entry]
    duplicate_sample: list[Entry]
    read_as: int
    """UUIDs, duplicates included, that were read through a disguise."""
    read_as_sample: list[Entry]
    columns: tuple[str, ...]
    format: str
    encoding: str


def shown(text: str) -> str:
    """The text as an entry keeps it: at most 200 characters, each of which a database can store.

    NUL and lone surrogates, which PostgreSQL and UTF-8 refuse, become U+FFFD.
    """
    return storable(text[:TEXT_LIMIT])


def storable(text: str) -> str:
    """The text with NUL and lone surrogates as U+FFFD."""
    if text.isascii():
        return text.replace("\0", "\ufffd") if "\0" in text else text
    return "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)
