"""Bytes in any encoding → UTF-8 in pieces of whole lines, so that no file is held as a whole."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from typing import IO

from lookups.intake.uuids.dress import is_broken

BLOCK = 64 * 1024
"""Bytes read at once: what fits the processor's cache is searched fastest."""
_SEEN = 1000
"""Bytes of either line that are looked at for the halves of a UUID: more than one can take."""
_MOST_BROKEN = 100
"""Lines that are kept together at most: also a file that breaks a UUID in every line is cut."""
UTF_8 = ("utf-8", "utf-8-sig")


def blocks(stream: IO[bytes], encoding: str, *, size: int = BLOCK) -> Iterator[bytes]:
    """The stream from its start as UTF-8. Every line ends with LF, the last one maybe with nothing.

    A line ends at LF, CRLF or CR and at nothing else. A line longer than `size` comes in one piece.
    The halves of a UUID that is broken over two lines come in one block.
    """
    waiting: list[bytes] = []
    for piece in _line_ends_unified(_as_utf8(stream, encoding, size)):
        waiting.append(piece)
        if b"\n" in piece:
            block = b"".join(waiting)
            cut = _cut_between_uuids(block)
            if cut:
                yield block[:cut]
            waiting = [block[cut:]] if cut < len(block) else []
    if rest := b"".join(waiting):
        yield rest


def _cut_between_uuids(block: bytes) -> int:
    """Where a last line begins that is whole and does not go on a UUID of the line before.

    0 when that is not known before more is read.
    """
    end = block.rfind(b"\n")
    last = cut = block.rfind(b"\n", 0, end) + 1
    for _ in range(_MOST_BROKEN):
        if not cut:
            return 0
        before = block.rfind(b"\n", 0, cut - 1) + 1
        upper, lower = block[max(before, cut - 1 - _SEEN) : cut - 1], block[cut:end][:_SEEN]
        if not is_broken(_text(upper), _text(lower)):
            return cut
        cut, end = before, cut - 1
    return last


def _text(line: bytes) -> str:
    return line.decode("utf-8", errors="replace")


def without_first_lines(pieces: Callable[[], Iterator[bytes]], lines: int) -> Iterator[bytes]:
    """The blocks after so many lines, such as a header."""
    for piece in pieces():
        while lines and piece:
            lines -= 1
            piece = piece.partition(b"\n")[2]
        if piece:
            yield piece


def _line_ends_unified(pieces: Iterator[bytes]) -> Iterator[bytes]:
    held = b""
    for piece in pieces:
        piece = held + piece
        held = b""
        if b"\r" in piece:
            if piece.endswith(b"\r"):  # its LF may be in the next piece
                piece, held = piece[:-1], b"\r"
            piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield piece
    if held:
        yield b"\n"


def _as_utf8(stream: IO[bytes], encoding: str, size: int) -> Iterator[bytes]:
    stream.seek(len(codecs.BOM_UTF8) if encoding == "utf-8-sig" else 0)
    if encoding in UTF_8:
        while piece := stream.read(size):
            yield piece
        return
    for text in decoded(stream, encoding, size):
        yield text.encode("utf-8", errors="surrogatepass")


def decoded(stream: IO[bytes], encoding: str, size: int = BLOCK) -> Iterator[str]:
    """The text from where the stream stands; what the encoding does not know becomes U+FFFD."""
    decode: Callable[..., str] = codecs.getincrementaldecoder(encoding)(errors="replace").decode
    while piece := stream.read(size):
        yield decode(piece)
    yield decode(b"", final=True)
