"""Counts a block of plain text without an object for each line: a file may hold a million UUIDs.

Gives what `text.read_block` would, as sums. The regex engine takes the block apart at its UUIDs; of
what lies between them only lines without a UUID, and what is long enough to be a near-miss or a
disguised UUID, are looked at one by one. A block with a UUID in several pieces is left to the
careful reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from lookups.intake.entry import Counted, Tally
from lookups.intake.text import read_block
from lookups.intake.uuids.disguise import is_blank, undisguised
from lookups.intake.uuids.dress import dressed
from lookups.intake.uuids.shape import canonical
from lookups.intake.uuids.uuid_pattern import SHORTEST, Token, tokens_between

_HEX = "0-9a-f"
_4, _8, _12, _24 = (f"[{_HEX}]" * n for n in (4, 8, 12, 24))
# For text in lower case. Bytes of other scripts' characters count as letters here, so that a UUID
# beside one is left to the careful reader.
_HIGH = "\x80-\xff"
_STANDING_ALONE = re.compile(
    f"({_4}(?<![0-9a-z{_HIGH}]....)(?<![{_HEX}{_HIGH}]-....){_4}(?:-{_4}-{_4}-{_4}-{_12}|{_24}))"
    f"(?![0-9a-z{_HIGH}])(?!-[{_HEX}{_HIGH}])".encode("latin-1"),
    re.DOTALL,
)
# The shape of a UUID with every digit the same: searched as plain text, a third of the time that a
# pattern takes. What stands beside it is looked at afterwards, all of a block at once.
_DIGIT = ord("0")
_SHAPES = bytes(_DIGIT if chr(byte) in "0123456789abcdef" else byte for byte in range(256))
_SHAPE = b"-".join(b"0" * digits for digits in (8, 4, 4, 4, 12))
_LENGTH = len(_SHAPE)
_LINE_WITHOUT_MARK = re.compile(rb"\n([^\0\n]*)(?=\n)")
_BARE = re.compile(f"[{_HEX}]{{32}}".encode())

_MARK = 0
"""Stands where a UUID was; text that holds it itself is left to the careful reader."""
_NEITHER_MARK_NOR_END = bytes(byte for byte in range(256) if byte not in (_MARK, ord("\n")))
_LETTER, _OTHER = ord("a"), ord(" ")
_KINDS = bytes(
    byte
    if byte in (_MARK, ord("\n"))
    else _LETTER
    if byte >= 128 or chr(byte).isalnum() or byte == ord("-")
    else _OTHER
    for byte in range(256)
)
_BESIDE = (b"a\0", b"\0a", b"\0\0")
"""A letter, digit or hyphen beside a UUID, or another UUID."""
_BETWEEN_SPACES = b" \0 "
_LONG_RUN = bytes([_LETTER]) * SHORTEST
# A UUID in several pieces, in shapes: what `dress` reads has one of these, and more has than that.
_EIGHT, _AFTER_EIGHT = _SHAPE[:8], _SHAPE[8:]
_BETWEEN_GROUPS = (
    rb"(?:[-_.: \t\r\n\v\f>|=\\]{1,90}|(?:%00){1,3}|%(?:00){2,9}|(?:=00){1,3}"
    rb"|\\{1,4}(?:x00|u0000)|&(?:#x?0{2,4}|[a-z0]{4,6});)"
)
_WITHIN_GROUPS = rb"(?:[ \t=\\]{0,41}[\r\n\v\f]{1,2}[ \t>|]{0,40})?"
_IN_PIECES = re.compile(
    _EIGHT
    + b"".join(
        _BETWEEN_GROUPS + b"0" + b"(?:%b0){%d}" % (_WITHIN_GROUPS, digits - 1)
        for digits in (4, 4, 4, 12)
    )
    + b"(?!0)"
)
# One character is searched twenty times as fast as two.
_WITHIN = (b"\x1b", b"\\u", b"&#", b"&shy", b"&zw", b"&z0ro", b"<w0r", b"=\n", b"\\\n")
_LOOK_ALIKES = re.compile(rb"[\xc2\xe1\xe2\xef]")


def tallies(blocks: Iterable[bytes], joiner: str) -> Iterator[Counted]:
    """The tally of each block, in order."""
    return (counted(block, joiner) for block in blocks)


def counted(block: bytes, joiner: str) -> Counted:
    """The tally of one block of whole lines."""
    return block.count(b"\n"), tally(block, joiner) or careful_tally(block, joiner)


def tally(block: bytes, joiner: str = "") -> Tally | None:
    """The sums of a block of whole lines, or None when only the careful reader can tell."""
    if _MARK in block:
        return None
    taken_apart = _taken_apart(block.lower(), are_rows=bool(joiner))
    if taken_apart is None:
        return None
    uuids, residue, parts = taken_apart
    rejected = blank = read_as = 0
    found_in: dict[bytes, list[Token]] = {}
    for part in parts:
        found_in[part] = tokens_between(_text(part))
        for _, uuid, through in found_in[part]:
            if uuid:
                uuids.append(uuid.encode())
                read_as += bool(through)
            else:
                rejected += 1
    for line in _lines_without_uuid(residue):
        if not found_in.get(line):
            text = _text(line)
            is_empty = is_blank(text.replace(joiner, "") if joiner else text)
            blank += is_empty
            rejected += not is_empty
    return Tally(uuids, rejected, blank, read_as)


def tally_of_columns(columns: Sequence[bytes], cell_end: bytes) -> Tally | None:
    """The sums of rows that come as columns of cells, if they show at a glance; else None.

    They do where one column holds a plain UUID in each cell, and the others nothing like one.
    """
    uuids: list[bytes] = []
    for column in columns:
        if not uuids and (uuids := _if_all_are_uuids(column, cell_end)):
            continue
        if _MARK in column or _LONG_RUN in column.translate(_KINDS):
            return None
    return Tally(uuids, rejected=0, blank=0, read_as=0) if uuids else None


def _if_all_are_uuids(column: bytes, cell_end: bytes) -> list[bytes]:
    cell = _SHAPE + cell_end
    column = column.lower()
    cells = (len(column) + len(cell_end)) // len(cell)
    if column.translate(_SHAPES) + cell_end != cell * cells:
        return []
    return column.split(cell_end)


def careful_tally(block: bytes, joiner: str = "") -> Tally:
    """The same from the careful reader: whatever the block holds, at thirty times the price."""
    finds = list(read_block(block, 1, joiner))
    return Tally(
        uuids=[uuid.encode() for _, _, uuid, _, _ in finds if uuid],
        rejected=sum(1 for _, _, uuid, reason, _ in finds if reason and not uuid),
        blank=sum(1 for _, _, uuid, reason, _ in finds if not (uuid or reason)),
        read_as=sum(1 for _, _, uuid, reason, _ in finds if uuid and reason),
    )


def _taken_apart(block: bytes, *, are_rows: bool) -> tuple[list[bytes], bytes, list[bytes]] | None:
    """The UUIDs that stand alone, canonical; the rest, with a mark for each; and the parts of the
    rest that are long enough to be looked at. Of a rest in which nothing is to be seen, none.

    None when a UUID stands there in several pieces.
    """
    shapes = block.translate(_SHAPES).split(_SHAPE)
    uuids = _after_each(shapes, block)
    rest = b"\0".join(shapes)
    kinds = rest.translate(_KINDS)
    if _stand_alone(kinds, len(uuids)):
        may_be_dressed = _may_be_dressed(rest)
        if not may_be_dressed and _LONG_RUN not in kinds and not _holds_line_without_uuid(kinds):
            return uuids, b"", []
        residue = _residue(shapes, block)
        if may_be_dressed and _is_dressed(residue, are_rows=are_rows):
            return None
        parts = list(_parts_with_long_runs(residue, kinds))
        if not any(map(_BARE.search, parts)):
            return uuids, residue, parts
    pieces = _STANDING_ALONE.split(block)
    uuids = [one if len(one) == 36 else canonical(one.decode()).encode() for one in pieces[1::2]]
    residue = b"\0".join(pieces[::2])
    if _may_be_dressed(residue.translate(_SHAPES)) and _is_dressed(residue, are_rows=are_rows):
        return None
    return uuids, residue, list(_parts_with_long_runs(residue, residue.translate(_KINDS)))


def _may_be_dressed(shapes: bytes) -> bool:
    """Whether what is left may hold a UUID in several pieces; a short look, for most does not."""
    return (
        (_EIGHT in shapes and bool(_IN_PIECES.search(shapes)))
        or _AFTER_EIGHT in shapes
        or any(sign[:1] in shapes and sign in shapes for sign in _WITHIN)
        or (not shapes.isascii() and bool(_LOOK_ALIKES.search(shapes)))
    )


def _is_dressed(residue: bytes, *, are_rows: bool) -> bool:
    text = undisguised(_text(residue))[0]
    return any(not (are_rows and "\n" in text[one.start : one.end]) for one in dressed(text))


def _stand_alone(kinds: bytes, marks: int) -> bool:
    # Most often each has its spaces, which one look tells in a fifth of the time.
    return kinds.count(_BETWEEN_SPACES) == marks or not any(beside in kinds for beside in _BESIDE)


def _after_each(gaps: list[bytes], block: bytes) -> list[bytes]:
    """What stands in the block after each of the gaps, apart from the last."""
    ends = accumulate([len(gap) + _LENGTH for gap in gaps])
    return [block[end - _LENGTH : end] for end in ends][:-1]


def _residue(gaps: list[bytes], block: bytes) -> bytes:
    """The block with a mark in place of what stands between the gaps."""
    ends = accumulate([len(gap) + _LENGTH for gap in gaps])
    each = zip(gaps, ends, strict=True)
    return b"\0".join([block[end - _LENGTH - len(gap) : end - _LENGTH] for gap, end in each])


def _parts_with_long_runs(residue: bytes, kinds: bytes) -> Iterator[bytes]:
    """The parts of lines, between UUIDs, in which something is long enough to be looked at."""
    at = kinds.find(_LONG_RUN)
    while at >= 0:
        start = max(residue.rfind(b"\0", 0, at), residue.rfind(b"\n", 0, at)) + 1
        ends = [end for end in (residue.find(b"\0", at), residue.find(b"\n", at)) if end >= 0]
        end = min(ends, default=len(residue))
        yield residue[start:end]
        at = kinds.find(_LONG_RUN, end)


def _holds_line_without_uuid(residue: bytes) -> bool:
    """Whether a line has no mark. The kinds of a residue tell it as well as the residue does."""
    # Marks and line ends alone tell it in a sixth of the time.
    return b"\n\n" in _enclosed(residue).translate(None, _NEITHER_MARK_NOR_END)


def _lines_without_uuid(residue: bytes) -> list[bytes]:
    if not _holds_line_without_uuid(residue):
        return []
    return _LINE_WITHOUT_MARK.findall(_enclosed(residue))


def _enclosed(residue: bytes) -> bytes:
    """With a line end more on either side, so that every line stands between two of them."""
    more = b"\n" if residue.endswith(b"\n") or not residue else b"\n\n"
    return more[:1] + residue + more[1:]


def _text(part: bytes) -> str:
    return part.decode("utf-8", errors="surrogatepass")
