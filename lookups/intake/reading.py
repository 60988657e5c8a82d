"""A source → entries, and their sums.

Promises that every find becomes exactly one entry, in order, and that a UUID is unique once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lookups.intake.entry import Entry, Kind, Source, Summary
from lookups.intake.errors import SumsDoNotHold, TooManyEntries, TooManyUUIDs
from lookups.intake.limits import FILE_LIMITS, Limits

_SAMPLE = 5

_Fields = tuple[int, int, Kind, str, str, str, int | None, Mapping[str, str]]
"""The fields of an Entry in order; summing does not pay for a million objects."""


def entries(source: Source, limits: Limits = FILE_LIMITS) -> Iterator[Entry]:
    """Every entry in order, streaming. Raises TooManyUUIDs, TooManyEntries past the limit."""
    for fields in _fields(source, limits):
        yield _entry(fields)


def summarise(source: Source, limits: Limits = FILE_LIMITS) -> Summary:
    """The sums of the source in one pass, with the first five rejected and duplicate entries.

    Raises what `entries` raises, and SumsDoNotHold if a find went missing, which is our fault.
    """
    unique = duplicates = rejected = blank = last = 0
    rejected_sample: list[Entry] = []
    duplicate_sample: list[Entry] = []
    for fields in _fields(source, limits):
        last, kind = fields[0], fields[2]
        # By identity: hashing a member of an enumeration a million times takes half a second.
        if kind is Kind.UNIQUE:
            unique += 1
        elif kind is Kind.DUPLICATE:
            duplicates += 1
            if duplicates <= _SAMPLE:
                duplicate_sample.append(_entry(fields))
        elif kind is Kind.REJECTED:
            rejected += 1
            if rejected <= _SAMPLE:
                rejected_sample.append(_entry(fields))
        else:
            blank += 1
    return checked(
        Summary(
            entries=last,
            unique=unique,
            duplicates=duplicates,
            rejected=rejected,
            blank=blank,
            rejected_sample=rejected_sample,
            duplicate_sample=duplicate_sample,
            columns=source.columns,
            format=source.format,
            encoding=source.encoding,
        )
    )


def _entry(fields: _Fields) -> Entry:
    position, line, kind, text, uuid, reason, first_line, columns = fields
    # A copy, so that no entry shares the mapping of its neighbour.
    return Entry(position, line, kind, text, uuid, reason, first_line, dict(columns))


def checked(summary: Summary) -> Summary:
    """The summary, if its sums hold. Raises SumsDoNotHold."""
    parts = summary.unique + summary.duplicates + summary.rejected + summary.blank
    if summary.entries != parts:
        raise SumsDoNotHold(f"{summary.entries} entries, but {parts} of all kinds")
    return summary


def _fields(source: Source, limits: Limits) -> Iterator[_Fields]:
    first_lines: dict[str, int] = {}
    uuids = 0
    unique, duplicate, rejected, blank = Kind
    max_uuids, max_entries = limits.max_uuids, limits.max_entries
    for position, (line, text, uuid, reason, columns) in enumerate(source.rows, start=1):
        if position > max_entries:
            raise TooManyEntries(_too_many(max_entries, "lines or rows"))
        if not uuid:
            kind = rejected if reason else blank
            yield position, line, kind, text, "", reason, None, columns
            continue
        uuids += 1
        if uuids > max_uuids:
            raise TooManyUUIDs(_too_many(max_uuids, "UUIDs"))
        known = len(first_lines)
        first_line = first_lines.setdefault(uuid, line)
        if len(first_lines) > known:
            yield position, line, unique, text, uuid, "", None, columns
        else:
            yield position, line, duplicate, text, uuid, "", first_line, columns


def _too_many(limit: int, what: str) -> str:
    return f"This holds more than {limit:,} {what}; the limit is {limit:,}. Split it and try again."
