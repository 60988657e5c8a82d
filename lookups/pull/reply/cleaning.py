"""The bytes of a heavy reply → JSON in UTF-8 that can be stored as it stands.

The same that `parse` does to values is done to the text, without making a value of it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from msgspec import Raw
from msgspec.json import Decoder

from lookups.pull.errors import Unreadable, WebPage
from lookups.pull.reply.parse import NOT_DATA, WEB_PAGE, number_of, text_of
from lookups.pull.reply.scanning import STRING

_PIECE = 1_048_576
# UTF-8 may take one and a half times what UTF-16 takes. Each byte that is no text takes three.
_LONGEST_SHARE = 1.5
_CHECK = Decoder(Raw)
_ODD_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_ESCAPE = re.compile(
    rb"\\(?:[^u]|u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<odd>u(?:0000|[dD][89a-fA-F]..))|u....)",
    re.DOTALL,
)
# Numbers that may be too long or not finite, wherever they stand, and outside of strings.
_ODD = rb"-?(?:[0-9.]{18,}+(?:[eE][+-]?+[0-9]++)?+|[0-9.]++[eE][+-]?+[0-9]++|NaN|Infinity)"
_ODD_NUMBER = re.compile(rb"[\[,:\s]" + _ODD)
_NUMBER = re.compile(
    STRING + rb"|(?P<odd>" + _ODD + rb")|(?:[^\"0-9NI-]++|[0-9.]{1,17}+(?![0-9.eE]))++|.", re.DOTALL
)


def cleaned(body: bytes) -> bytes:
    """The text. Raises WebPage or Unreadable for what is no JSON."""
    text = body if _is_utf8(body) else text_of(body).encode("utf-8", "replace")
    if len(text) > _LONGEST_SHARE * len(body):
        raise Unreadable(NOT_DATA)
    if _ODD_ESCAPE.search(text):
        text = _replaced(text, _ESCAPE, lambda _: b"\\ufffd")
    if _ODD_NUMBER.search(text):
        text = _replaced(text, _NUMBER, _as_it_is_stored)
    try:
        _CHECK.decode(text)
    except (ValueError, RecursionError):
        start = text[:2000].lstrip().lower()
        is_page = start.startswith(b"<") or b"<html" in start
        raise (WebPage(WEB_PAGE) if is_page else Unreadable(NOT_DATA)) from None
    return text


def _is_utf8(body: bytes) -> bool:
    """Whether it is UTF-8 without a byte order mark, as nearly every reply is."""
    if body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    if b"\0" in body[:4]:
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(body), _PIECE):
            decoder.decode(body[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _replaced(
    text: bytes, pattern: re.Pattern[bytes], replacement: Callable[[bytes], bytes]
) -> bytes:
    """The text with what the pattern calls odd replaced."""
    made = bytearray()
    done = 0
    for found in pattern.finditer(text):
        if found.lastgroup:
            made += text[done : found.start()] + replacement(found.group())
            done = found.end()
    return bytes(made + text[done:]) if done else text


def _as_it_is_stored(number: bytes) -> bytes:
    """The number, in quotation marks where it stays the text that it was written in."""
    written = number.decode()
    return number if not isinstance(number_of(written), str) else f'"{written}"'.encode()
