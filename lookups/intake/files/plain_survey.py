"""Which columns of a table without quotes hold UUIDs, without taking each of its rows apart.

A block is made into the shape of its lines: delimiters, a mark for each UUID, and one for whatever
else is long enough to be one. Of a million rows a handful of shapes remains.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lookups.intake.files.table import Survey, holds_uuid
from lookups.intake.uuids.uuid_pattern import SHORTEST

_DIGIT, _LETTER, _OTHER = ord("0"), ord("a"), ord(" ")
_UUID, _LONG = b"\0", b"\1"
_DIGITS = bytes(_DIGIT if chr(byte) in "0123456789abcdefABCDEF" else byte for byte in range(256))
_SHAPE = b"-".join(b"0" * digits for digits in (8, 4, 4, 4, 12))
_LONG_RUN = re.compile(b"a{%d,}" % SHORTEST)


def _kinds(kept: set[int]) -> bytes:
    """Letters and what may stand within a UUID are one kind; all but what is kept is another."""
    return bytes(
        byte
        if byte in kept
        else _LETTER
        if byte >= 128 or chr(byte).isalnum() or byte in b"-_"
        else _OTHER
        for byte in range(256)
    )


_ALL_KINDS = _kinds(set())


def may_hold_uuid(text: bytes) -> bool:
    """Whether anything in it is long enough to be a UUID."""
    return b"a" * SHORTEST in text.translate(_ALL_KINDS)


class PlainSurvey:
    """Looks at blocks of whole lines, each row a line."""

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter.encode()
        kept = {*self._delimiter, *b"\n", *_UUID}
        self._kinds = _kinds(kept)
        self._dropped = bytes(byte for byte in range(256) if byte not in kept | {*_LONG})
        self._survey = Survey()

    def of(self, blocks: Iterable[bytes]) -> Survey:
        """The widest row, and the columns in which UUIDs stand."""
        for block in blocks:
            shapes = self._shapes(block)
            kinds = set(shapes)
            for shape in kinds:
                self._survey.width = max(self._survey.width, shape.count(self._delimiter) + 1)
            if unsure := {shape: at for shape in kinds if (at := set(self._unsure(shape)))}:
                self._look_closely(block, shapes, unsure)
        return self._survey

    def _shapes(self, block: bytes) -> list[bytes]:
        """Of each line its delimiters and marks, and nothing else."""
        # Splitting and joining takes half the time of replacing.
        marked = _UUID.join(block.translate(_DIGITS).split(_SHAPE))
        kinds = marked.translate(self._kinds)
        if b"a" * SHORTEST in kinds:
            kinds = _LONG_RUN.sub(_LONG, kinds)
        return kinds.translate(None, self._dropped).split(b"\n")

    def _unsure(self, shape: bytes) -> Iterator[int]:
        """The columns that are not known to hold UUIDs, and may."""
        if _UUID in shape or _LONG in shape:
            for column, cell in enumerate(shape.split(self._delimiter)):
                if cell and column not in self._survey.holders:
                    yield column

    def _look_closely(
        self, block: bytes, shapes: list[bytes], unsure: dict[bytes, set[int]]
    ) -> None:
        holders = self._survey.holders
        for line, shape in zip(block.split(b"\n"), shapes, strict=True):
            columns = unsure.get(shape)
            if not columns or columns <= holders:
                continue
            cells = line.decode("utf-8", errors="surrogatepass").split(self._delimiter.decode())
            holders.update(column for column in columns - holders if holds_uuid(cells[column]))
