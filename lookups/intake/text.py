"""Plain text → finds: every UUID and near-miss, and every line that holds neither.

Blocks of about a megabyte are split at their UUIDs in one call of the regex engine; Python then
works on what lies between them, which for a list of UUIDs is one line end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lookups.intake.disguise import is_blank
from lookups.intake.entry import NO_UUID, Find, shown
from lookups.intake.spelling import (
    SHORTEST,
    STANDING_ALONE,
    STANDING_ALONE_ASCII,
    canonical,
    tokens_between,
)

_BLOCK = 1024 * 1024
"""Characters read at once."""
LINE_END = re.compile(r"\r\n|\r|\n")
_NO_COLUMNS: dict[str, str] = {}


def read_text(text: str) -> Iterator[Find]:
    """The finds of the text, in order, with 1-based lines.

    A line ends at LF, CRLF or CR and at nothing else. The end of the last line makes no line.
    """
    line = 1
    for block in blocks(text):
        if "\r" in block:
            block = block.replace("\r\n", "\n").replace("\r", "\n")
        yield from _read_block(block, line)
        line += block.count("\n")


def blocks(text: str, size: int = _BLOCK) -> Iterator[str]:
    """The text in pieces of about `size` characters, cut only after a line end."""
    start = 0
    while start < len(text):
        end = start + size
        if end < len(text):
            # One short of the end, so that a CR at the edge is never parted from its LF.
            cut = max(text.rfind("\n", start, end - 1), text.rfind("\r", start, end - 1))
            if cut >= start:
                end = cut + (2 if text.startswith("\r\n", cut) else 1)
            else:
                line_end = LINE_END.search(text, end - 1)
                end = line_end.end() if line_end else len(text)
        yield text[start:end]
        start = end


def _read_block(block: str, line: int) -> Iterator[Find]:
    pattern = STANDING_ALONE_ASCII if block.isascii() else STANDING_ALONE
    pieces = pattern.split(block)
    is_started = False  # whether the present line has given an entry
    for gap, token in zip(pieces[:-1:2], pieces[1::2], strict=True):
        if gap == "\n" and is_started:
            line += 1
        elif len(gap) >= SHORTEST or "\n" in gap:
            yield from _read_gap(gap, line, is_started=is_started)
            line += gap.count("\n")
        yield line, token, canonical(token), "", _NO_COLUMNS
        is_started = True
    gap = pieces[-1]
    if gap:
        # What follows the last line end of a block is no line when it is empty.
        yield from _read_gap(gap, line, is_started=is_started, is_last=True)


def _read_gap(gap: str, line: int, *, is_started: bool, is_last: bool = False) -> Iterator[Find]:
    """The finds of what lies between two UUIDs: the rest of a line, lines, the start of one."""
    parts = gap.split("\n")
    ends = len(parts) - 1
    for number, part in enumerate(parts):
        found = tokens_between(part) if len(part) >= SHORTEST else ()
        for text, uuid, reason in found:
            yield line, shown(text), uuid, reason, _NO_COLUMNS
        is_whole_line = number < ends or (is_last and part != "")
        if is_whole_line and not found and not is_started:
            yield line, shown(part), "", "" if is_blank(part) else NO_UUID, _NO_COLUMNS
        is_started = False
        line += 1
