"""Escapes in text: characters that are written as "%39", "&nbsp;", "\\u200b" and the like."""

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5

_SPACE = " "
_ESCAPE = re.compile(
    r"""
      (?P<percent>(?:%(?:25)*[0-9a-f]{2})+)                                  # of a web address
    | (?:(?<!\\)\\++|%(?:25)*)u(?P<high>d[89ab][0-9a-f]{2})                  # two halves of one
      (?:\\++|%(?:25)*)u(?P<low>d[c-f][0-9a-f]{2})
    | %(?:25)*u(?P<percent_u>[0-9a-f]{4})
    | &(?:amp;)*(?:\#0*+(?P<decimal>[0-9]{1,7});?                            # of HTML
                 | \#x(?=[0-9a-f])0*+(?P<hexadecimal>[0-9a-f]{0,6});?
                 | (?P<name>[a-z][a-z0-9]{1,31};?))
    | (?<!\\)\\++(?:[ux]\{0*+(?P<braced>[0-9a-f]{1,6})\}                     # of JSON and programs
                  | (?-i:U)(?P<long>[0-9a-f]{8})
                  | u(?P<unicode>[0-9a-f]{4}) | x(?P<hex>[0-9a-f]{2}) | [bfnrtv"'/])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CODES = ("percent_u", "braced", "long", "unicode", "hex")
_BYTE = re.compile(r"%(?:25)*([0-9a-f]{2})", re.IGNORECASE)
# Of a character in UTF-8, by its first byte from which on.
_LENGTHS = ((0xF0, 4), (0xE0, 3), (0xC0, 2), (0x00, 1))


def escapes(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and character of each escape; a space for one that stands for several."""
    for found in _ESCAPE.finditer(text):
        start, end = found.span()
        if found["percent"]:
            yield from _percent_escapes(found["percent"], start)
        elif found["name"]:
            yield from _named(found["name"], start, found.start("name"))
        elif found["decimal"]:
            yield start, end, unescape(f"&#{found['decimal']};") or _SPACE
        elif found["hexadecimal"] is not None:
            yield start, end, unescape(f"&#x{found['hexadecimal'] or 0};") or _SPACE
        else:
            yield start, end, _by_code(found)


def _by_code(found: re.Match[str]) -> str:
    if found["high"]:
        high, low = int(found["high"], 16), int(found["low"], 16)
        return chr(0x10000 + ((high & 0x3FF) << 10 | low & 0x3FF))
    code = next((int(found[name], 16) for name in _CODES if found[name]), None)
    return _SPACE if code is None or code > 0x10FFFF else chr(code)


def _named(name: str, start: int, at: int) -> Iterator[tuple[int, int, str]]:
    """As browsers read it: some names need no semicolon, whatever follows them."""
    known = next((name[:end] for end in range(len(name), 1, -1) if name[:end] in html5), "")
    if known:
        character = html5[known]
        yield start, at + len(known), character if len(character) == 1 else _SPACE


def _percent_escapes(text: str, at: int) -> Iterator[tuple[int, int, str]]:
    found = list(_BYTE.finditer(text))
    place = 0
    while place < len(found):
        first = int(found[place][1], 16)
        if first < 0x80:
            yield at + found[place].start(), at + found[place].end(), chr(first)
            place += 1
            continue
        length = next(length for least, length in _LENGTHS if first >= least)
        of_one = found[place : place + length]
        try:
            character = bytes(int(one[1], 16) for one in of_one).decode()
        except UnicodeDecodeError:
            place += 1  # no character; its digits count as they stand
            continue
        yield at + of_one[0].start(), at + of_one[-1].end(), character
        place += length
