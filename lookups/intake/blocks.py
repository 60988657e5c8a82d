"""Bytes in any encoding → UTF-8 in pieces of whole lines, so that no file is held as a whole."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from typing import IO

BLOCK = 64 * 1024
"""Bytes read at once: what fits the processor's cache is searched fastest."""
UTF_8 = ("utf-8", "utf-8-sig")


def blocks(stream: IO[bytes], encoding: str, *, size: int = BLOCK) -> Iterator[bytes]:
    """The stream from its start as UTF-8. Every line ends with LF, the last one maybe with nothing.

    A line ends at LF, CRLF or CR and at nothing else. A line longer than `size` comes in one piece.
    """
    waiting: list[bytes] = []
    for piece in _line_ends_unified(_as_utf8(stream, encoding, size)):
        cut = piece.rfind(b"\n") + 1
        if cut:
            yield b"".join([*waiting, piece[:cut]])
            waiting = [piece[cut:]] if cut < len(piece) else []
        else:
            waiting.append(piece)
    if rest := b"".join(waiting):
        yield rest


def without_first_line(pieces: Callable[[], Iterator[bytes]]) -> Iterator[bytes]:
    """The blocks after the first line, which is a header."""
    rest = pieces()
    first = next(rest, b"")
    if after := first[first.find(b"\n") + 1 :] if b"\n" in first else b"":
        yield after
    yield from rest


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
