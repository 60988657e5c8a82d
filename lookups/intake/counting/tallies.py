"""The tallies of many blocks, in order, worked out by two processors.

A large text is shared with a child: what it has not begun the parent counts itself, so that neither
waits for the other. A small one is not worth starting it.
"""

from __future__ import annotations

import struct
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO

from lookups.intake.child import Child
from lookups.intake.counting.fast_tally import careful_tally, tally
from lookups.intake.entry import Counted, Tally

_ALONE = 64
"""Blocks that are counted before a child is started, which takes longer than to count them."""
_LENT = 8
"""Blocks that the child has at a time. They and its answers find room in the pipes, so neither side
ever waits for the other to read."""
_SIZE = struct.Struct(">I")
_SUMS = struct.Struct(">IIII")


def tallies(blocks: Iterator[bytes], joiner: str) -> Iterator[Counted]:
    """The tally of each block, in order."""
    for block in islice(blocks, _ALONE):
        yield counted(block, joiner)
    following = next(blocks, None)
    if following is None:
        return
    yield counted(following, joiner)
    helper = _Helper(joiner)
    try:
        yield from _shared(blocks, helper, joiner)
    finally:
        helper.close()


def counted(block: bytes, joiner: str) -> Counted:
    """The tally of one block."""
    return block.count(b"\n"), tally(block, joiner) or careful_tally(block, joiner)


def _shared(blocks: Iterable[bytes], helper: _Helper, joiner: str) -> Iterator[Counted]:
    waiting: deque[Counted | int] = deque()  # of a lent block only the line ends are known
    for block in blocks:
        if helper.has_room():
            helper.lend(block)
            waiting.append(block.count(b"\n"))
        else:
            waiting.append(counted(block, joiner))
        while waiting and (isinstance(waiting[0], tuple) or helper.is_ready()):
            yield _taken(waiting.popleft(), helper)
    while waiting:
        yield _taken(waiting.popleft(), helper)


def _taken(one: Counted | int, helper: _Helper) -> Counted:
    return one if isinstance(one, tuple) else (one, helper.take())


class _Helper:
    """The child, or nobody where pipes are too narrow to work side by side."""

    def __init__(self, joiner: str) -> None:
        self._child = Child("lookups.intake.counting.tallies", joiner)
        self._lent = 0
        self._most = _LENT if self._child.is_roomy() else 0
        self.is_ready = self._child.has_answered
        self.close = self._child.stop

    def has_room(self) -> bool:
        return self._lent < self._most

    def lend(self, block: bytes) -> None:
        self._child.write(_SIZE.pack(len(block)) + block)
        self._lent += 1

    def take(self) -> Tally:
        """The tally of the block that was lent first."""
        self._lent -= 1
        size, *sums = _SUMS.unpack(self._child.read(_SUMS.size))
        return Tally(self._child.read(size).split(), *sums)


def main(joiner: str) -> None:
    """The child: answers each block from the standard input with its tally."""
    blocks: IO[bytes] = sys.stdin.buffer
    while size := blocks.read(_SIZE.size):
        block = blocks.read(*_SIZE.unpack(size))
        one = tally(block, joiner) or careful_tally(block, joiner)
        uuids = b" ".join(one.uuids)
        sums = _SUMS.pack(len(uuids), one.rejected, one.blank, one.read_as)
        sys.stdout.buffer.write(sums + uuids)
        sys.stdout.buffer.flush()
