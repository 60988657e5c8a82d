"""Text as somebody reads it who looks for numbers: its shape.

The shape has one ASCII character for each place of the text: a digit of any script as itself, a
letter as a letter, and as " " or another mark whatever may stand between the digits of a number. A
place is one character of the text, or one that is written as an escape ("%39", "&nbsp;").
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

MANY = "\ue000"
"""In a shape: one character that is several digits, such as ⑫."""
DIGIT = f"[0-9{MANY}]"

_LETTER, _SPACE = "z", " "
# Letters by their category that nobody sees.
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0")
_REMEMBERED = 4096

_ESCAPE = re.compile(
    r"""
      (?P<percent>(?:%(?:25)*[0-9a-f]{2})+)                                   # of a web address
    | &(?:amp;)*(?P<html>\#[0-9]{1,7}|\#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});? # of HTML
    | (?<!\\)\\++(?:u(?P<unicode>[0-9a-f]{4})|x(?P<hex>[0-9a-f]{2})|[bfnrtv"'/])   # of JSON
    | </?[a-z][a-z "'=:;/-]{0,80}>                                            # a tag without digits
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MARKS_OF_ESCAPES = frozenset("%&\\<")
_BYTE = re.compile(r"%(?:25)*([0-9a-f]{2})", re.IGNORECASE)
# Of a character in UTF-8, by its first byte from which on.
_LENGTHS = ((0xF0, 4), (0xE0, 3), (0xC0, 2), (0x00, 1))


class Shape(NamedTuple):
    """`marks` has a character for each place, and place i is the text from `starts[i]` up to
    `starts[i + 1]`."""

    marks: str
    starts: Sequence[int]


def has_escapes(text: str) -> bool:
    return not _MARKS_OF_ESCAPES.isdisjoint(text)


def shape(text: str) -> Shape:
    """Each character of the text as it stands."""
    return Shape(_marks(text), range(len(text) + 1))


def shape_unescaped(text: str) -> Shape:
    """The same with an escape of a digit, or of what stands between digits, as one place."""
    pieces: list[str] = []
    starts: list[int] = []
    place = 0
    for start, end, character in _escapes(text):
        if _mark(character) == _LETTER or character.isalpha():
            continue
        pieces += (text[place:start], character)
        starts += range(place, start + 1)
        place = end
    pieces.append(text[place:])
    starts += range(place, len(text) + 1)
    return Shape(_marks("".join(pieces)), starts)


def digits_of(character: str) -> str:
    """ "9" for ٩, "12" for ⑫, "" for what is no digit."""
    return character if character in "0123456789" else _digits_of(character)


@lru_cache(maxsize=_REMEMBERED)
def _digits_of(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    found = "".join(str(unicodedata.decimal(one)) for one in plain if one.isdecimal())
    value = unicodedata.numeric(character, -1)
    return found or (str(int(value)) if value in range(100) else "")


class _Marks(dict[int, str]):
    """The mark of each character that was asked for, by its code; filled as it is asked."""

    def __missing__(self, code: int) -> str:
        mark = _mark(chr(code))
        if len(self) < _REMEMBERED:
            self[code] = mark
        return mark


_MARKS = _Marks()


def _marks(text: str) -> str:
    return text if text.isascii() else text.translate(_MARKS)


def _mark(character: str) -> str:
    if character.isascii():
        return character
    if digits := digits_of(character):
        return digits if len(digits) == 1 else MANY
    category = unicodedata.category(character)
    if category == "Pd":
        return "-"
    # Modifier letters are marks to the eye: ʼ and ー stand between digits.
    is_letter = category.startswith("L") and category != "Lm" and character not in _INVISIBLE
    return _LETTER if is_letter else _SPACE


def _escapes(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and character of each escape that stands for one character."""
    for found in _ESCAPE.finditer(text):
        if found["percent"]:
            yield from _percent_escapes(found["percent"], found.start())
        elif found["html"]:
            character = html.unescape(f"&{found['html']};")
            if len(character) == 1:
                yield found.start(), found.end(), character
        else:
            code = found["unicode"] or found["hex"]
            yield found.start(), found.end(), chr(int(code, 16)) if code else _SPACE


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
