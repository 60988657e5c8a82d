"""The values intake gives: an entry, the source it came from, and what they sum up to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

TEXT_LIMIT = 200
"""Characters of a line that an entry keeps."""

NO_UUID = "no UUID"

Find = tuple[int, str, str, str, Mapping[str, str]]
"""Line, text, UUID or "", reason or "", columns. Neither UUID nor reason: a blank line."""


class Kind(StrEnum):
    """The bucket of an entry; the four sum up to all entries."""

    UNIQUE = "unique"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    BLANK = "blank"


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


class Rows:
    """Finds that can be read more than once: each pass starts from the top."""

    def __init__(self, start: Callable[[], Iterator[Find]]) -> None:
        self._start = start

    def __iter__(self) -> Iterator[Find]:
        return self._start()


@dataclass(frozen=True)
class Source:
    """What was opened: its description, and its rows, not yet read into entries."""

    format: str
    """"text", "csv", "xlsx" (any workbook) or "json"."""
    encoding: str
    """Of the bytes, e.g. "utf-8"; empty for a workbook and for pasted text."""
    columns: tuple[str, ...]
    """Names of the columns beside the UUID, in order; () for plain text."""
    rows: Iterable[Find]


@dataclass(frozen=True)
class Summary:
    """Counts that hold `entries = unique + duplicates + rejected + blank`, and a few entries."""

    entries: int
    unique: int
    duplicates: int
    rejected: int
    blank: int
    rejected_sample: list[Entry]
    duplicate_sample: list[Entry]
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
