"""Which encoding bytes are in.

A byte order mark decides; then strict UTF-8; then UTF-16 without a mark, told by its NUL bytes;
then a guess among encodings that keep ASCII as it is, so that a wrong guess cannot alter a UUID
into another.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import IO

from lookups.intake.errors import NoSuchChoice, NotText

_MARKS = (  # the UTF-32 mark begins with the UTF-16 one
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSED = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257",
    "koi8_r", "mac_roman", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr",
]  # fmt: skip
_SAMPLE = 64 * 1024
"""Bytes that a guess is made from."""
_PIECE = 256 * 1024

_UNREADABLE = (
    "This file does not hold readable text. Save it as CSV, XLSX or plain text in UTF-8, "
    "and upload it again."
)


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a file are read as text."""

    name: str
    is_guess: bool = False
    offered: tuple[str, ...] = ()
    """What a person may choose instead; () when the bytes leave no doubt."""


def encoding_of(stream: IO[bytes], choice: str = "") -> Encoding:
    """The encoding of the stream, or the chosen one where the bytes leave a choice.

    Raises NotText when it holds NUL characters or what no encoding explains.
    """
    stream.seek(0)
    head = stream.read(_SAMPLE)
    name = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    if not name and b"\0" in head:
        name = _utf16_without_mark(head[: _SAMPLE // 2 * 2])
    if _is_readable(stream, name or "utf-8"):
        return Encoding(name or "utf-8")
    if name:
        raise NotText(_UNREADABLE)
    offered = tuple(dict.fromkeys([_guess(stream), *_GUESSED, "utf-8"]))
    if choice and choice not in offered:
        raise NoSuchChoice("This file cannot be read in that encoding. Choose another one.")
    return Encoding(choice or offered[0], is_guess=not choice, offered=offered)


def _is_readable(stream: IO[bytes], name: str) -> bool:
    """Whether all of it is text in that encoding. Raises NotText when it holds NUL characters."""
    stream.seek(0)
    decode = codecs.getincrementaldecoder(name)().decode
    try:
        while piece := stream.read(_PIECE):
            if "\0" in decode(piece):
                raise NotText(_UNREADABLE)
        decode(b"", final=True)
    except UnicodeDecodeError:
        if name == "utf-8" and _holds_nul(stream):
            raise NotText(_UNREADABLE) from None
        return False
    return True


def _holds_nul(stream: IO[bytes]) -> bool:
    stream.seek(0)
    return any(b"\0" in piece for piece in iter(lambda: stream.read(_PIECE), b""))


def _utf16_without_mark(sample: bytes) -> str:
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    enough = len(sample) // 10
    if odd > enough and even == 0:
        return "utf-16-le"
    if even > enough and odd == 0:
        return "utf-16-be"
    raise NotText(_UNREADABLE)


def _guess(stream: IO[bytes]) -> str:
    # Nearly no file needs it, and importing it takes longer than reading most.
    from charset_normalizer import from_bytes

    # From the first byte that is not ASCII: what comes before tells nothing.
    stream.seek(0)
    start = 0
    while (piece := stream.read(_PIECE)) and piece.isascii():
        start += len(piece)
    start += next((i for i, byte in enumerate(piece) if byte > 127), 0)
    stream.seek(max(0, start - _SAMPLE // 2))
    best = from_bytes(stream.read(_SAMPLE), cp_isolation=_GUESSED).best()
    return best.encoding if best else "cp1252"


def whole_text(stream: IO[bytes], encoding: str) -> str:
    """All of the stream, for readers that cannot do with less."""
    stream.seek(len(codecs.BOM_UTF8) if encoding == "utf-8-sig" else 0)
    return codecs.decode(stream.read(), encoding, "replace").removeprefix("\ufeff")
