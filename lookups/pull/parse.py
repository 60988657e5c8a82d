"""Bytes of a reply → a value that can be worked with and stored. Nothing else reads JSON here.

What JSON allows and we cannot store is changed where everybody can see it: NUL and half of a
surrogate pair become U+FFFD, numbers too long or not finite stay as the text they were written in.
Of keys that stand twice in an object, the last one counts.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from typing import Any

from lookups.pull.errors import Unreadable, WebPage

MAX_DEPTH = 64
_SPACE = re.compile(r"[ \t\n\r]*")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPED_UNSTORABLE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_LONGEST_INTEGER = 18
_LONGEST_FRACTION = 17

_NOT_DATA = "Phonon's side answered with something that is not data."
_WEB_PAGE = "Phonon's side answered with a web page instead of data."


class Sent(dict[str, Any]):
    """An object of a reply that knows the text in which it came."""

    __slots__ = ("json",)

    def __init__(self, value: dict[str, Any], text: str) -> None:
        super().__init__(value)
        self.json = text


def value_of(body: bytes) -> Any:
    """The JSON value in a body. Raises WebPage, or Unreadable for anything else that is no JSON.

    Objects in lists of the outermost object, and in lists of those, are `Sent` where their text can
    be stored as it came.
    """
    text = _text(body)
    if not text.strip():
        raise Unreadable("Phonon's side sent an empty answer.")
    is_storable = not _ESCAPED_UNSTORABLE.search(text)
    if is_storable:
        try:
            return _cut_open(text)
        except (ValueError, StopIteration, IndexError, RecursionError):
            # Not as it should be; the long way tells what is wrong with it.
            pass
    try:
        value = _DECODER.decode(text)
    except ValueError:
        start = text[:2000].lstrip().lower()
        if start.startswith("<") or "<html" in start:
            raise WebPage(_WEB_PAGE) from None
        raise Unreadable(_NOT_DATA) from None
    except RecursionError:
        raise Unreadable(_NOT_DATA) from None
    return value if is_storable else _storable(value)


def _text(body: bytes) -> str:
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


def _plain_integer(text: str) -> int:
    if len(text) > _LONGEST_INTEGER:
        raise ValueError("a number too long to be stored as it came")
    return int(text)


def _plain_fraction(text: str) -> float:
    number = _fraction(text)
    if isinstance(number, str):
        raise ValueError("a number too long to be stored as it came")
    return number


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_fraction, parse_constant=str)
# Gives value and end from a place on, and takes only what can be stored as it came.
_scan: Any = json.JSONDecoder(
    parse_int=_plain_integer, parse_float=_plain_fraction, parse_constant=_no_constant
).scan_once  # type: ignore[attr-defined]


# A name and what stands around it. One that is written with escapes goes the long way.
_NAME = re.compile(r'[ \t\n\r]*"([^"\\\x00-\x1f]*)"[ \t\n\r]*:[ \t\n\r]*')
_NEXT = re.compile(r"[ \t\n\r]*([,}\]])[ \t\n\r]*")
_EMPTY = re.compile(r"[ \t\n\r]*[}\]]")


def _cut_open(text: str) -> dict[str, Any]:
    """The outermost object; the objects in its lists, and in theirs, are cut out as they came.

    Raises ValueError, StopIteration or IndexError where this is no such object and nothing else.
    """
    start = len(text) - len(text.lstrip(" \t\n\r"))
    if text[start] != "{":
        raise ValueError("this is no object")
    value, end = _object(text, start + 1, _list_of_items)
    if text[end:].strip(" \t\n\r"):
        raise ValueError("there is more than one value")
    return value


Reader = Callable[[str, int], tuple[Any, int]]
"""From a place in a text to the value that begins there, and where it ends."""


def _object(text: str, at: int, read_list: Reader) -> tuple[dict[str, Any], int]:
    """The object whose inside begins there, its lists read by `read_list`, and where it ends."""
    value: dict[str, Any] = {}
    if empty := _EMPTY.match(text, at):
        return value, empty.end()
    mark = ","
    while mark == ",":
        name = _match(_NAME, text, at)
        at = name.end()
        read = read_list if text[at] == "[" else _scan
        value[name[1]], at = read(text, at)
        following = _match(_NEXT, text, at)
        mark, at, end = following[1], following.end(), following.end(1)
    if mark != "}":
        raise ValueError("the object does not end")
    return value, end


def _list(text: str, at: int, read_object: Reader) -> tuple[list[Any], int]:
    """The list that begins there, its objects read by `read_object` and cut out."""
    values: list[Any] = []
    at += 1
    if empty := _EMPTY.match(text, at):
        return values, empty.end()
    at = _match(_SPACE, text, at).end()
    mark = ","
    while mark == ",":
        start = at
        is_object = text[start] == "{"
        value, at = read_object(text, start) if is_object else _scan(text, start)
        values.append(Sent(value, text[start:at]) if is_object else value)
        following = _match(_NEXT, text, at)
        mark, at, end = following[1], following.end(), following.end(1)
    if mark != "]":
        raise ValueError("the list does not end")
    return values, end


def _list_of_items(text: str, at: int) -> tuple[list[Any], int]:
    return _list(text, at, _item)


def _item(text: str, at: int) -> tuple[dict[str, Any], int]:
    return _object(text, at + 1, _list_of_parts)


def _list_of_parts(text: str, at: int) -> tuple[list[Any], int]:
    return _list(text, at, _scan)


def _match(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str]:
    found = pattern.match(text, at)
    if found is None:
        raise ValueError("something else should stand here")
    return found


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


def to_json(value: Any) -> str:
    """JSON for keeping a part of a reply: as it came where that is known, else compact.

    Raises Unreadable for what is nested more than 64 deep, since whoever reads it back would fail.
    """
    return _not_too_deep(value.json if type(value) is Sent else _encode(value), value)


def _not_too_deep(text: str, value: Any) -> str:
    if text.count("[") + text.count("{") > MAX_DEPTH and _is_too_deep(value):
        raise Unreadable(_NOT_DATA)
    return text
