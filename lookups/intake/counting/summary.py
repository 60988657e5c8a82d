"""A source → its sums, and the first few entries of each kind that a person wants to see.

Plain text is counted a block at a time. Only the blocks in which a wanted entry stands are read
again with care, to tell its line.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from lookups.intake.counting.fast_tally import tallies
from lookups.intake.entries import check_counts, entry_of
from lookups.intake.entry import Entry, Find, Kind, Source, Summary, UUIDs
from lookups.intake.errors import SumsDoNotHold
from lookups.intake.limits import FILE_LIMITS, Limits
from lookups.intake.text import read_block

SAMPLE = 5
_CHECKED_EVERY = 10_000
"""Rows between two looks at the limits."""

Blocks = Callable[[], Iterator[bytes]]
Known = set[bytes]


@dataclass(frozen=True)
class _Sums:
    """How far the counting has come."""

    lines: int = 0
    uuids: int = 0
    unique: int = 0
    rejected: int = 0
    blank: int = 0
    read_as: int = 0

    @property
    def entries(self) -> int:
        return self.uuids + self.rejected + self.blank

    @property
    def duplicates(self) -> int:
        return self.uuids - self.unique


def summarise(source: Source, limits: Limits = FILE_LIMITS) -> Summary:
    """The sums of the source, with the first five rejected, duplicate and disguised entries.

    Raises what `entries` raises, and SumsDoNotHold if an entry went missing, which is our fault.
    """
    known: Known = set()
    if source.blocks is None:
        sums, shown = _of_rows(source, limits, known)
    else:
        sums, shown = _of_blocks(source, source.blocks, limits, known)
    return checked(
        Summary(
            entries=sums.entries,
            unique=len(known),
            duplicates=sums.duplicates,
            rejected=sums.rejected,
            blank=sums.blank,
            uuids=UUIDs(known),
            rejected_sample=_first(shown, lambda entry: entry.kind is Kind.REJECTED),
            duplicate_sample=_first(shown, lambda entry: entry.kind is Kind.DUPLICATE),
            read_as=sums.read_as,
            read_as_sample=_first(shown, lambda entry: bool(entry.read_as)),
            columns=source.columns,
            format=source.format,
            encoding=source.encoding,
        )
    )


def checked(summary: Summary) -> Summary:
    """The summary, if its sums hold. Raises SumsDoNotHold."""
    parts = summary.unique + summary.duplicates + summary.rejected + summary.blank
    if summary.entries != parts:
        raise SumsDoNotHold(f"{summary.entries} entries, but {parts} of all kinds")
    return summary


def _first(shown: list[Entry], is_wanted: Callable[[Entry], bool]) -> list[Entry]:
    return list(islice(filter(is_wanted, shown), SAMPLE))


def _of_rows(source: Source, limits: Limits, known: Known) -> tuple[_Sums, list[Entry]]:
    uuids = duplicates = rejected = blank = read_as = position = 0
    shown: list[Entry] = []
    for position, find in enumerate(source.rows.bare(), start=1):
        _, _, uuid, reason, _ = find
        is_shown = False
        if not uuid:
            blank += not reason
            rejected += bool(reason)
            is_shown = bool(reason) and rejected <= SAMPLE
        else:
            uuids += 1
            if reason:
                read_as += 1
                is_shown = read_as <= SAMPLE
            known.add(uuid.encode())
            is_new = len(known) + duplicates == uuids
            duplicates += not is_new
            is_shown = is_shown or (not is_new and duplicates <= SAMPLE)
        if is_shown:
            entry = entry_of(find, position, {})
            if uuid and not is_new:
                entry = replace(entry, kind=Kind.DUPLICATE)
            shown.append(entry)
        if not position % _CHECKED_EVERY:
            check_counts(position, uuids, limits)
    check_counts(position, uuids, limits)
    shown = _with_lines_of_rows(shown, source)
    return _Sums(0, uuids, len(known), rejected, blank, read_as), shown


def _with_lines_of_rows(shown: list[Entry], source: Source) -> list[Entry]:
    """The entries, duplicates with the line where each stood first: read again as far as that."""
    wanted = {one.uuid for one in shown if one.kind is Kind.DUPLICATE}
    lines: dict[str, int] = {}
    finds = iter(source.rows.bare()) if wanted else iter(())
    while len(lines) < len(wanted):
        line, _, uuid, _, _ = next(finds)
        if uuid in wanted:
            lines.setdefault(uuid, line)
    return [
        replace(one, first_line=lines[one.uuid])
        if one.uuid in wanted and one.kind is Kind.DUPLICATE
        else one
        for one in shown
    ]


def _of_blocks(
    source: Source, blocks: Blocks, limits: Limits, known: Known
) -> tuple[_Sums, list[Entry]]:
    """The sums, and at least the first few entries of each kind."""
    course = [_Sums(lines=source.first_line - 1)]  # before each block, and at the end
    found: list[list[bytes]] = []
    counted = source.tallies() if source.tallies else tallies(blocks(), source.joiner)
    for lines, one in counted:
        before = course[-1]
        known.update(one.uuids)
        found.append(one.uuids)
        course.append(
            _Sums(
                lines=before.lines + lines,
                uuids=before.uuids + len(one.uuids),
                unique=len(known),
                rejected=before.rejected + one.rejected,
                blank=before.blank + one.blank,
                read_as=before.read_as + one.read_as,
            )
        )
        check_counts(course[-1].entries, course[-1].uuids, limits)
    return course[-1], _shown(source, blocks, course, found)


def _worth_reading(course: list[_Sums]) -> list[int]:
    """The numbers of the blocks in which the first few entries of each kind stand."""
    return [
        number
        for number, (before, after) in enumerate(pairwise(course))
        if any(
            getattr(before, kind) < min(SAMPLE, getattr(after, kind))
            for kind in ("duplicates", "rejected", "read_as")
        )
    ]


def _shown(
    source: Source, blocks: Blocks, course: list[_Sums], found: list[list[bytes]]
) -> list[Entry]:
    """The entries that are not just unique, out of the blocks that are worth reading."""
    shown: list[Entry] = []
    stood_first: dict[str, int] = {}
    for number, block in _numbered(blocks, _worth_reading(course)):
        stood_first |= _stood_before(found, number)
        finds = read_block(block, course[number].lines + 1, source.joiner)
        shown += _entries_of(finds, course[number].entries, stood_first)
    return _with_first_lines(shown, stood_first, blocks, course)


def _numbered(blocks: Blocks, wanted: list[int]) -> Iterator[tuple[int, bytes]]:
    if wanted:
        for number, block in enumerate(islice(blocks(), max(wanted) + 1)):
            if number in wanted:
                yield number, block


def _stood_before(found: list[list[bytes]], number: int) -> dict[str, int]:
    """The UUIDs of that block which an earlier one holds, and the first that does."""
    here = set(found[number])
    first: dict[str, int] = {}
    for earlier in range(number - 1, -1, -1):
        first |= dict.fromkeys(map(bytes.decode, here.intersection(found[earlier])), earlier)
    return first


def _entries_of(finds: Iterable[Find], before: int, stood_first: Container[str]) -> Iterator[Entry]:
    """The entries of a block that are not just unique, after `before` others.

    Where a duplicate stood first is told only if that was in the same block.
    """
    first_lines: dict[str, int] = {}
    for position, find in enumerate(finds, start=before + 1):
        entry = entry_of(find, position, first_lines)
        if entry.uuid in stood_first:
            entry = replace(entry, kind=Kind.DUPLICATE, first_line=None)
        if entry.kind in (Kind.DUPLICATE, Kind.REJECTED) or entry.read_as:
            yield entry


def _with_first_lines(
    shown: list[Entry], stood_first: dict[str, int], blocks: Blocks, course: list[_Sums]
) -> list[Entry]:
    """The entries, with the line where the first few duplicates of earlier blocks stood first."""
    duplicates = _first(shown, lambda one: one.kind is Kind.DUPLICATE)
    numbers = [stood_first[one.uuid] for one in duplicates if one.first_line is None]
    first_lines: dict[str, int] = {}
    for number, block in _numbered(blocks, numbers):
        for line, _, uuid, _, _ in read_block(block, course[number].lines + 1):
            if uuid:
                first_lines.setdefault(uuid, line)
    return [
        replace(one, first_line=first_lines.get(one.uuid))
        if one.kind is Kind.DUPLICATE and one.first_line is None
        else one
        for one in shown
    ]
