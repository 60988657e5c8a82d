"""Bytes of a reply → a value that can be worked with and stored. Nothing else reads JSON here.

What JSON allows and we cannot store is changed where everybody can see it: NUL and half of a
surrogate pair become U+FFFD, numbers too long or not finite stay as the text they were written in.
Of keys that stand twice in an object, the last one counts.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Raw
from msgspec.json import Decoder

from lookups.pull.errors import Unreadable, WebPage
from lookups.pull.reply.fields import LONGEST_NAME

MAX_DEPTH = 64
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPED_UNSTORABLE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_LONGEST_INTEGER = 18
_LONGEST_FRACTION = 17
_ANY_DIGIT = bytes.maketrans(b"123456789", b"000000000")
_TOO_LONG = b"0" * (_LONGEST_INTEGER + 1)
_LIST_BEGINS, _OBJECT_BEGINS = b"[{"

NOT_DATA = "Phonon's side answered with something that is not data."
WEB_PAGE = "Phonon's side answered with a web page instead of data."


class Sent(dict[str, Any]):
    """An object of a reply that knows the text in which it came, and that of each of its fields."""

    # Set from outside, as a constructor in Python would take as long as all else of it.
    __slots__ = ("may_be_deep", "pieces", "raw")
    raw: Raw
    pieces: dict[str, Raw]
    may_be_deep: bool

    @property
    def json(self) -> str:
        """All of it."""
        return str(self.raw, "utf-8")

    def json_without(self, name: str) -> str:
        """All but one of its fields."""
        pieces = [
            f"{_name(each)}:{str(piece, 'utf-8')}"
            for each, piece in self.pieces.items()
            if each != name
        ]
        return "{" + ",".join(pieces) + "}"

    def json_of_objects(self, name: str) -> list[str]:
        """Each object in the list that one of its fields is, or the object that it is."""
        piece = self.pieces[name]
        if memoryview(piece)[0] == _OBJECT_BEGINS:
            return [str(piece, "utf-8")]
        each = _LIST.decode(piece)
        return [str(one, "utf-8") for one in each if memoryview(one)[0] == _OBJECT_BEGINS]


def value_of(body: bytes) -> Any:
    """The JSON value in a body. Raises WebPage, or Unreadable for anything else that is no JSON.

    Objects in lists of the outermost object are `Sent` where their text can be stored as it came.
    """
    try:
        return _cut_open(body)
    except (ValueError, RecursionError):
        # Not as it should be; the long way tells what is wrong with it.
        return _value_of_any(text_of(body))


def _value_of_any(text: str) -> Any:
    if not text.strip():
        raise Unreadable("Phonon's side sent an empty answer.")
    try:
        value = _DECODER.decode(text)
    except ValueError:
        start = text[:2000].lstrip().lower()
        if start.startswith("<") or "<html" in start:
            raise WebPage(WEB_PAGE) from None
        raise Unreadable(NOT_DATA) from None
    except RecursionError:
        raise Unreadable(NOT_DATA) from None
    return _storable(value) if _ESCAPED_UNSTORABLE.search(text) else value


def text_of(body: bytes) -> str:
    """UTF-8, 16 or 32, with or without a byte order mark; what is broken becomes U+FFFD."""
    encoding = json.detect_encoding(body)
    return body.decode(encoding, "replace").removeprefix("\ufeff")


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= _LONGEST_INTEGER else text


def _fraction(text: str) -> float | str:
    if len(text) > _LONGEST_FRACTION:
        return text
    number = float(text)
    return number if math.isfinite(number) else text


def number_of(written: str) -> int | float | str:
    """The number; the text of one that is too long or not finite, as it is stored."""
    if set(written) <= set("0123456789-"):
        return _integer(written)
    return _fraction(written) if written[-1].isdigit() else written


def _plain_fraction(text: str) -> float:
    number = _fraction(text)
    if isinstance(number, str):
        raise ValueError("a number too long to be stored as it came")
    return number


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_fraction, parse_constant=str)
# These take only what can be stored as it came.
_VALUE = Decoder(float_hook=_plain_fraction)
_LIST = Decoder(list[Raw])
_OBJECT = Decoder(dict[str, Raw])


def _cut_open(body: bytes) -> dict[str, Any]:
    """The outermost object; the objects in its lists are cut out as they came.

    Raises ValueError where this is no such object in UTF-8, or more than the object.
    """
    # A single byte is searched for many times as fast as two.
    if b"\\" in body and b"\\u" in body and _ESCAPED_UNSTORABLE.search(body.decode("utf-8")):
        raise ValueError("a character that cannot be stored")
    if _TOO_LONG in body.translate(_ANY_DIGIT):
        raise ValueError("a number too long to be stored as it came")
    return {name: _cut(raw) for name, raw in _OBJECT.decode(body).items()}


def _cut(raw: Raw) -> Any:
    """The value; if it is a list, the objects in it are cut out."""
    if memoryview(raw)[0] != _LIST_BEGINS:
        return _VALUE.decode(raw)
    return [
        _sent(one) if memoryview(one)[0] == _OBJECT_BEGINS else _VALUE.decode(one)
        for one in _LIST.decode(raw)
    ]


def light_value(text: bytes) -> Any:
    """The value of a part of a reply that is known to be small and to be JSON."""
    try:
        return _VALUE.decode(text)
    except ValueError:
        return _value_of_any(text_of(text))


def _sent(raw: Raw) -> Sent:
    # Read twice, whole and in pieces: that is faster than to read it piece by piece.
    sent = Sent(_VALUE.decode(raw))
    sent.raw, sent.pieces = raw, _OBJECT.decode(raw)
    sent.may_be_deep = _may_be_deep(sent.json)
    return sent


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(inner) for inner in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(inner) for key, inner in value.items()}
    return value


_encode = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":"), allow_nan=False
).encode
# Names come again with every call.
_encoded_name = lru_cache(maxsize=4096)(_encode)


def _name(name: str) -> str:
    # A long name is no field that comes again.
    return _encoded_name(name) if len(name) <= LONGEST_NAME else _encode(name)


def to_json(value: Any) -> str:
    """JSON for keeping a part of a reply: as it came where that is known, else compact.

    Raises Unreadable for what is nested more than 64 deep, since whoever reads it back would fail.
    """
    if isinstance(value, Sent):
        text, may_be_deep = value.json, value.may_be_deep
    else:
        text = _encode(value)
        may_be_deep = _may_be_deep(text)
    if may_be_deep:
        _check_depth([value])
    return text


def to_json_without(value: dict[str, Any], name: str) -> str:
    """As `to_json`, of an object without one of its fields."""
    if not isinstance(value, Sent):
        return to_json({each: value[each] for each in value if each != name})
    if value.may_be_deep:
        _check_depth([{each: value[each] for each in value if each != name}])
    return value.json_without(name)


def to_json_of_objects(
    value: dict[str, Any], name: str, objects: Sequence[dict[str, Any]]
) -> list[str]:
    """As `to_json`, of each of the objects in one of its fields."""
    if not isinstance(value, Sent):
        return list(map(to_json, objects))
    if value.may_be_deep:
        _check_depth(objects)
    return value.json_of_objects(name)


def _check_depth(values: Iterable[Any]) -> None:
    if any(map(_is_too_deep, values)):
        raise Unreadable(NOT_DATA)


def _may_be_deep(text: str) -> bool:
    return text.count("[") + text.count("{") > MAX_DEPTH
