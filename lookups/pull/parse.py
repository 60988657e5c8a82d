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
from typing import Any

from lookups.pull.errors import Unreadable, WebPage

MAX_DEPTH = 64
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPED_UNSTORABLE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_LONGEST_INTEGER = 18
_LONGEST_FRACTION = 17

_NOT_DATA = "Phonon's side answered with something that is not data."
_WEB_PAGE = "Phonon's side answered with a web page instead of data."


def value_of(body: bytes) -> Any:
    """The JSON value in a body. Raises WebPage, or Unreadable for anything else that is no JSON."""
    text = _text(body)
    if not text.strip():
        raise Unreadable("Phonon's side sent an empty answer.")
    try:
        value = _DECODER.decode(text)
    except ValueError:
        start = text[:2000].lstrip().lower()
        if start.startswith("<") or "<html" in start:
            raise WebPage(_WEB_PAGE) from None
        raise Unreadable(_NOT_DATA) from None
    except RecursionError:
        raise Unreadable(_NOT_DATA) from None
    return _storable(value) if _ESCAPED_UNSTORABLE.search(text) else value


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


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_fraction, parse_constant=str)


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
    """Compact JSON with letters of every script as they are, for keeping a part of a reply.

    Raises Unreadable for what is nested more than 64 deep, since whoever reads it back would fail.
    """
    text = _encode(value)
    if text.count("[") + text.count("{") > MAX_DEPTH and _is_too_deep(value):
        raise Unreadable(_NOT_DATA)
    return text
