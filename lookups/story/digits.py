"""Text as somebody reads it who looks for numbers: its shape.

The shape has one ASCII character for each place of the text: a digit of any script as itself, a
letter as a letter, and as " " or another mark whatever may stand between the digits of a number. A
place is one character of the text, or one that is written as an escape ("%39", "&nbsp;").
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from lookups.story.escapes import escapes

MANY = "\ue000"
"""In a shape: one character that is several digits, such as ⑫."""
DIGIT = f"[0-9{MANY}]"

_LETTER, _SPACE = "z", " "
# Letters by their category that nobody sees.
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0")
_REMEMBERED = 4096

_MARKS_OF_ESCAPES = frozenset("%&\\<")
_ROUNDS = 4  # of escapes within escapes: "\\u0026lt;" is "&lt;", which is "<"
_TAG_LENGTH = 500
# A tag ends at the first ">" or, where one stands in an attribute, at the last before the next tag.
# It begins with a letter, which may be an escape. What CDATA holds is text.
_TAGS = tuple(
    re.compile(
        rf"<!\[CDATA\[|\]\]>|<!--[^>]{{0,{_TAG_LENGTH}}}>"
        rf"|<(?=/?[a-z%&\\]|[!?]){inner}{{0,{_TAG_LENGTH}}}>",
        re.IGNORECASE,
    )
    for inner in ("[^<>]", "[^<]")
)


class Shape(NamedTuple):
    """`marks` has a character for each place, and place i is the text from `starts[i]` up to
    `starts[i + 1]`."""

    marks: str
    starts: Sequence[int]


class _Text(NamedTuple):
    """Text whose character i stands for the original from `starts[i]` up to `starts[i + 1]`."""

    characters: str
    starts: Sequence[int]


def readings(text: str) -> list[Callable[[str], Shape]]:
    """The ways in which somebody may read the text, those that join the most first.

    "%27" may be an apostrophe, or a percent sign before digits; a tag is nothing between digits,
    while the digits in it are text of their own.
    """
    if _MARKS_OF_ESCAPES.isdisjoint(text):
        return [shape]
    tags = _TAGS if "<" in _unescaped(text).characters else ()
    return [*(partial(_shape_without_tags, tag) for tag in tags), _shape_unescaped, shape]


def shape(text: str) -> Shape:
    """Each character of the text as it stands."""
    return Shape(_marks(text), range(len(text) + 1))


def _shape_unescaped(text: str) -> Shape:
    """The same with an escape of a digit, or of what stands between digits, as one place."""
    read = _unescaped(text)
    return Shape(_marks(read.characters), read.starts)


def _shape_without_tags(tag: re.Pattern[str], text: str) -> Shape:
    """The same with each tag as one place."""
    read = _unescaped(text)
    tags = ((found.start(), found.end(), _SPACE) for found in tag.finditer(read.characters))
    read = _replaced(read, tags)
    return Shape(_marks(read.characters), read.starts)


def _unescaped(text: str) -> _Text:
    read = _Text(text, range(len(text) + 1))
    for _ in range(_ROUNDS):
        found = [one for one in escapes(read.characters) if not _is_letter(one[2])]
        if not found:
            break
        read = _replaced(read, found)
    return read


def _replaced(text: _Text, pieces: Iterable[tuple[int, int, str]]) -> _Text:
    """The text with one character in the place of each piece, given as start, end, character."""
    characters: list[str] = []
    starts: list[int] = []
    place = 0
    for start, end, character in pieces:
        characters += (text.characters[place:start], character)
        starts += text.starts[place : start + 1]
        place = end
    characters.append(text.characters[place:])
    starts += text.starts[place:]
    return _Text("".join(characters), starts)


def _is_letter(character: str) -> bool:
    return _mark(character) == _LETTER or character.isalpha()


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
