"""Plain text → finds: every UUID and near-miss, and every line that holds neither.

A block is split at its UUIDs in one call of the regex engine; Python then works on what lies
between them, which for a list of UUIDs is one line end. A UUID that is broken over two lines stands
where it begins, and accounts for both of them. The rows of a table are not joined: they have a
joiner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lookups.intake.entry import NO_UUID, Find, shown
from lookups.intake.uuids.disguise import is_blank
from lookups.intake.uuids.dress import is_broken
from lookups.intake.uuids.shape import canonical
from lookups.intake.uuids.uuid_pattern import (
    SHORTEST,
    STANDING_ALONE,
    STANDING_ALONE_ASCII,
    places_between,
)

_NO_COLUMNS: dict[str, str] = {}


def read_blocks(blocks: Iterable[bytes]) -> Iterator[Find]:
    """The finds of the blocks that `blocks.blocks` gives, in order, with 1-based lines.

    The end of the last line makes no line.
    """
    line = 1
    for block in blocks:
        yield from read_block(block, line)
        line += block.count(b"\n")


def read_block(block: bytes, line: int, joiner: str = "") -> Iterator[Find]:
    """The finds of one block that begins with that line; one of nothing but joiners is blank."""
    text = block.decode("utf-8", errors="surrogatepass")
    pattern = STANDING_ALONE_ASCII if text.isascii() else STANDING_ALONE
    pieces = pattern.split(text)
    is_started = False  # whether the present line has given an entry
    for gap, token in zip(pieces[:-1:2], pieces[1::2], strict=True):
        if gap == "\n" and is_started:
            line += 1
        elif len(gap) >= SHORTEST or "\n" in gap:
            yield from _read_gap(gap, line, joiner, is_started=is_started)
            line += gap.count("\n")
        yield line, token, canonical(token), "", _NO_COLUMNS
        is_started = True
    gap = pieces[-1]
    if gap:
        # What follows the last line end of a block is no line when it is empty.
        yield from _read_gap(gap, line, joiner, is_started=is_started, is_last=True)


def _read_gap(
    gap: str, line: int, joiner: str, *, is_started: bool, is_last: bool = False
) -> Iterator[Find]:
    """The finds of what lies between two UUIDs: the rest of a line, lines, the start of one."""
    parts = gap.split("\n")
    if not joiner and len(parts) > 1:
        parts = list(_with_broken_joined(parts))
    for number, part in enumerate(parts):
        found = places_between(part) if len(part) >= SHORTEST else ()
        at, seen = line, 0
        for start, end, uuid, reason in found:
            at += part.count("\n", seen, start)
            seen = start
            yield at, shown(part[start:end]), uuid, reason, _NO_COLUMNS
        is_whole_line = number < len(parts) - 1 or (is_last and part != "")
        if is_whole_line and not found and not is_started:
            is_empty = is_blank(part.replace(joiner, "") if joiner else part)
            yield line, shown(part), "", "" if is_empty else NO_UUID, _NO_COLUMNS
        is_started = False
        line += 1 + part.count("\n")


def _with_broken_joined(lines: Iterable[str]) -> Iterator[str]:
    """The lines; those in which the halves of one UUID stand come in one, with the LF between."""
    held, *rest = lines
    for line in rest:
        if is_broken(held, line):
            held = f"{held}\n{line}"
        else:
            yield held
            held = line
    yield held
