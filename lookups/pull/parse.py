"""Bytes of a reply → a value that can be worked with and stored. Nothing else reads JSON here.

What JSON allows and we cannot store is changed where everybody can see it: NUL and half of a
surrogate pair become U+FFFD, numbers too long or not finite stay as the text they were written in.
Of keys that stand twice in an object, the last one counts.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from json.decoder import scanstring  # type: ignore[attr-defined]
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

    Objects in lists of the outermost object are `Sent`, where their text can be stored as it came.
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


def _skip(text: str, at: int) -> int:
    return at if text[at] > " " else _SPACE.match(text, at).end()  # type: ignore[union-attr]


def _cut_open(text: str) -> dict[str, Any]:
    """The outermost object, with the objects in its lists cut out as they came.

    Raises ValueError, StopIteration or IndexError where this is no such object and nothing else.
    """
    value: dict[str, Any] = {}
    at = _expect(text, _skip(text, 0), "{")
    while True:
        name, at = scanstring(text, _expect(text, _skip(text, at), '"'))
        at = _skip(text, _expect(text, _skip(text, at), ":"))
        value[name], at = _cut_list(text, at) if text[at] == "[" else _scan(text, at)
        at = _skip(text, at)
        if text[at] == "}":
            break
        at = _expect(text, at, ",")
    if text[at + 1 :].strip(" \t\n\r"):
        raise ValueError("there is more than one value")
    return value


def _cut_list(text: str, at: int) -> tuple[list[Any], int]:
    """The list that begins there, its objects cut out, and where it ends."""
    values: list[Any] = []
    for value, start, end in _elements(text, at):
        values.append(Sent(value, text[start:end]) if type(value) is dict else value)
        at = end
    return values, _skip(text, at if values else _skip(text, at + 1)) + 1


def _elements(text: str, at: int) -> Iterable[tuple[Any, int, int]]:
    """Each element of the list that begins there: value, start and end."""
    at = _skip(text, _expect(text, at, "["))
    if text[at] == "]":
        return
    while True:
        value, end = _scan_or_fail(text, at)
        yield value, at, end
        at = _skip(text, end)
        if text[at] == "]":
            return
        at = _skip(text, _expect(text, at, ","))


def _scan_or_fail(text: str, at: int) -> tuple[Any, int]:
    # StopIteration within a generator would come out as a RuntimeError.
    try:
        found: tuple[Any, int] = _scan(text, at)
    except StopIteration:
        raise ValueError("there is no value") from None
    return found


def _expect(text: str, at: int, mark: str) -> int:
    if text[at] != mark:
        raise ValueError(f"there is no {mark}")
    return at + 1


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


def each_to_json(whole: Any, name: str, values: list[Any]) -> list[str]:
    """As `to_json`, of each of the values, which are the elements of that list in `whole`."""
    if type(whole) is Sent and (cut := _cut_from(whole.json, name, values)) is not None:
        return [_not_too_deep(text, value) for text, value in zip(cut, values, strict=True)]
    return [to_json(value) for value in values]


def _cut_from(text: str, name: str, values: list[Any]) -> list[str] | None:
    """The texts of the elements, if the first list of that name in the text is this one."""
    at = text.find(f'"{name}"')
    if at < 0:
        return None
    try:
        at = _skip(text, _expect(text, _skip(text, at + len(name) + 2), ":"))
        elements = list(_elements(text, at))
    except (ValueError, IndexError):
        return None
    if [value for value, _, _ in elements] != values:
        return None
    return [text[start:end] for _, start, end in elements]


def _not_too_deep(text: str, value: Any) -> str:
    if text.count("[") + text.count("{") > MAX_DEPTH and _is_too_deep(value):
        raise Unreadable(_NOT_DATA)
    return text
