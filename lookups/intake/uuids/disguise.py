"""Undoes what word processors and chat programs do to a UUID, and remembers where it stood.

Zero-width characters, no-break spaces and typographic dashes inside a UUID are not the person's
doing. What is read this way keeps its pasted text, so that a later step can say "read as".
Other scripts' digits are left alone: a reader cannot tell what was meant.
"""

from __future__ import annotations

import re

INVISIBLE = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
DASHES = "\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
NO_BREAK = "\u00a0\u2007\u202f"

_DISGUISED = re.compile(f"[{INVISIBLE}{DASHES}{NO_BREAK}]")
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_DASH = re.compile(f"[{DASHES}]")


def _spaced(digits: int) -> str:
    return f"[0-9A-Fa-f](?:[{NO_BREAK}]?[0-9A-Fa-f]){{{digits - 1}}}"


# Only the hyphenated form: two 16-digit numbers with a no-break space between are not a UUID.
_SPACED_UUID = re.compile(
    r"(?<![^\W_])(?<!-)"
    + f"[{NO_BREAK}]?-[{NO_BREAK}]?".join(_spaced(n) for n in (8, 4, 4, 4, 12))
    + r"(?![^\W_]|-)"
)
_NO_BREAK_SPACE = re.compile(f"[{NO_BREAK}]")
_KINDS = (
    ("typographic dashes", _DASH),
    ("invisible characters", _INVISIBLE),
    ("no-break spaces", _NO_BREAK_SPACE),
)


def undisguised(text: str) -> tuple[str, list[int] | None]:
    """The text with plain hyphens and without what is invisible, and each character's old place.

    The places are None when nothing had to be undone.
    """
    if not _DISGUISED.search(text):
        return text, None
    places = [i for i, c in enumerate(text) if not _INVISIBLE.match(c)]
    plain = _DASH.sub("-", _INVISIBLE.sub("", text))
    dropped = {
        space.start()
        for uuid in _SPACED_UUID.finditer(plain)
        for space in _NO_BREAK_SPACE.finditer(plain, uuid.start(), uuid.end())
    }
    if dropped:
        places = [place for i, place in enumerate(places) if i not in dropped]
        plain = "".join(c for i, c in enumerate(plain) if i not in dropped)
    return plain, places


def read_through(text: str, start: int, end: int) -> str:
    """What a UUID that stands there was read through, with the characters beside it; or ""."""
    seen = text[max(0, start - 1) : end + 1]
    kinds = [name for name, pattern in _KINDS if pattern.search(seen)]
    return " and ".join(kinds)


def is_blank(line: str) -> bool:
    """Whether a person sees nothing on the line."""
    return not line or not line.strip() or not _INVISIBLE.sub("", line).strip()
