"""Bytes → text, and which encoding it was.

A byte order mark decides; then strict UTF-8; then UTF-16 without a mark, told by its NUL bytes;
then a guess among encodings that keep ASCII as it is, so that a wrong guess cannot alter a UUID
into another.
"""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from lookups.intake.errors import NotText

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

_UNREADABLE = (
    "This file does not hold readable text. Save it as CSV, XLSX or plain text in UTF-8, "
    "and upload it again."
)


def decode(data: bytes) -> tuple[str, str]:
    """The text without its mark, and the name of the encoding. Raises NotText."""
    try:
        return _decoded(data)
    except UnicodeDecodeError:
        raise NotText(_UNREADABLE) from None


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _without_nul(data.decode(name)), name
    if b"\0" in data[:_SAMPLE]:
        name = _utf16_without_mark(data[: _SAMPLE // 2 * 2])
        return _without_nul(data.decode(name)), name
    try:
        return _without_nul(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        name = _guess(data)
    return _without_nul(data.decode(name, errors="replace")), name


def _utf16_without_mark(sample: bytes) -> str:
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    enough = len(sample) // 10
    if odd > enough and even == 0:
        return "utf-16-le"
    if even > enough and odd == 0:
        return "utf-16-be"
    raise NotText(_UNREADABLE)


def _guess(data: bytes) -> str:
    # From the first byte that is not ASCII: what comes before tells nothing.
    start = next((i for i, byte in enumerate(data) if byte > 127), 0)
    start = max(0, start - _SAMPLE // 2)
    best = from_bytes(data[start : start + _SAMPLE], cp_isolation=_GUESSED).best()
    return best.encoding if best else "cp1252"


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise NotText(_UNREADABLE)
    return text
