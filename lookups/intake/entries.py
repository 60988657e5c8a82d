"""A source → entries.

Promises that every find becomes exactly one entry, in order, and that a UUID is unique once.
"""

from __future__ import annotations

from collections.abc import Iterator

from lookups.intake.entry import Entry, Find, Kind, Source
from lookups.intake.errors import TooManyEntries, TooManyUUIDs
from lookups.intake.limits import FILE_LIMITS, Limits


def entries(source: Source, limits: Limits = FILE_LIMITS) -> Iterator[Entry]:
    """Every entry in order, streaming. Raises TooManyUUIDs, TooManyEntries past the limit."""
    first_lines: dict[str, int] = {}
    uuids = 0
    for position, find in enumerate(source.rows, start=1):
        uuids += bool(find[2])
        check_counts(position, uuids, limits)
        yield entry_of(find, position, first_lines)


def entry_of(find: Find, position: int, first_lines: dict[str, int]) -> Entry:
    """The entry of one find; `first_lines` holds where each UUID stood first, and learns."""
    line, text, uuid, reason, columns = find
    # A copy, so that no entry shares the mapping of its neighbour.
    columns = dict(columns)
    if not uuid:
        kind = Kind.REJECTED if reason else Kind.BLANK
        return Entry(position, line, kind, text, reason=reason, columns=columns)
    first_line = first_lines.get(uuid)
    if first_line is None:
        first_lines[uuid] = line
        return Entry(position, line, Kind.UNIQUE, text, uuid, columns=columns, read_as=reason)
    return Entry(position, line, Kind.DUPLICATE, text, uuid, "", first_line, columns, reason)


def check_counts(entries: int, uuids: int, limits: Limits) -> None:
    """Raises TooManyUUIDs or TooManyEntries."""
    if uuids > limits.max_uuids:
        raise TooManyUUIDs(_too_many(limits.max_uuids, "UUIDs"))
    if entries > limits.max_entries:
        raise TooManyEntries(_too_many(limits.max_entries, "lines or rows"))


def _too_many(limit: int, what: str) -> str:
    return f"This holds more than {limit:,} {what}; the limit is {limit:,}. Split it and try again."
