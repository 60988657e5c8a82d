"""UUIDs whose 32 digits are all there, but not in one piece.

Other signs stand for the hyphens, escapes that show nothing stand within, or a line ends in the
middle. Each is read only where one reading is possible, and always as the digits that stood there:

- Signs: the same one in all four places, or hyphens with spaces. Where digits alone make up four of
  the five groups, they may be numbers side by side, and the groups are rejected with that reason.
- A line end: at most one. Both halves have at least four digits, or the first ends with "=" or a
  backslash, which say that the line goes on. 32 digits without hyphens are joined only then: two
  lines of 16 digits are two numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lookups.intake.uuids.chain import is_name_part
from lookups.intake.uuids.disguise import undisguised
from lookups.intake.uuids.escapes import ANSI, HYPHEN, UNSEEN
from lookups.intake.uuids.near_miss import TOO_MANY_GROUPS
from lookups.intake.uuids.shape import GROUPS, HEX, HEX_8, REST, WHOLE, WORD, canonical

LINE_BREAK = "a line break"
OTHER_SIGNS = "other signs for hyphens"
ESCAPES_WITHIN = "escapes within"
MAY_BE_NUMBERS = "other signs for hyphens, so it may be numbers side by side"

_NEW_LINE = "(?:\r\n?|[\n\x0b\x0c\x85\u2028\u2029])"
_MARK = r"[ \t]{0,20}[=\\][ \t]{0,20}"
_QUOTE = r"[ \t>|]{0,40}"
_GOES_ON = rf"(?:[=\\]\r?\n{_QUOTE})"
_BREAK = rf"(?:(?:{_MARK}|[ \t]{{0,20}}){_NEW_LINE}{_QUOTE})"
_SPACE = " \u00a0\u2007\u202f"
_SIGN = rf"(?:[{_SPACE}]?-[{_SPACE}]?|[{_SPACE}_.:]|{HYPHEN})"
_HEX = f"[{HEX}]"


def _digits(count: int, within: str) -> str:
    return f"({_HEX}(?:(?:{within}){{0,8}}{_HEX}){{{count - 1}}})"


_WITHIN = f"{UNSEEN}|{_BREAK}"
_TAKEN_AWAY = re.compile(_WITHIN, re.IGNORECASE)
# A colour may end in a letter, and stand before it.
_STARTS, _ENDS = f"(?:{ANSI}|(?<![{WORD}]))", f"(?![{WORD}])"
_IN_GROUPS = re.compile(
    _STARTS
    + f"((?:{_WITHIN}){{0,8}}{_SIGN}(?:{_WITHIN}){{0,8}})".join(_digits(n, _WITHIN) for n in GROUPS)
    + _ENDS,
    re.IGNORECASE,
)
_IN_ONE = re.compile(_STARTS + _digits(32, f"{UNSEEN}|{_GOES_ON}") + _ENDS, re.IGNORECASE)
_LINE_END = re.compile(_BREAK, re.IGNORECASE)
_PLAIN_DIGITS = re.compile(f"{_HEX}+")
_NO_DIGIT = re.compile(f"[^{HEX}]")
_INSIDE = frozenset("0123456789abcdefABCDEF-")
_FEWEST = 4
"""Digits of a half at the end or start of a line that does not say that it goes on."""
_LONGEST = 200
"""Characters on either side of a line end that a broken UUID can take."""
# Another whole UUID beside it is not more of an id.
_BESIDE_BEFORE = re.compile(r"([0-9A-Za-z]+)[-_.:]\Z")
_UUID_BEFORE = re.compile(rf"(?<![{WORD}]){HEX_8}{REST}[-_.:]\Z")
_BESIDE_AFTER = re.compile(rf"[-_.:](?!{WHOLE})([0-9A-Za-z]+)")
# A longer hash may be written with the same escapes.
_JOINS = rf"(?:-|{UNSEEN}|=\r?\n)"
_HEX_BEFORE = re.compile(rf"{_HEX}{_JOINS}\Z", re.IGNORECASE)
_HEX_AFTER = re.compile(rf"{_JOINS}{_HEX}", re.IGNORECASE)
_LONGEST_JOIN = 24


class Dressed(NamedTuple):
    """Where it stands, the UUID or "", and what it was read through or why it was not."""

    start: int
    end: int
    uuid: str
    reason: str


def dressed(text: str) -> list[Dressed]:
    """The UUIDs, and what is nearly one, that stand in the text in several pieces; in order."""
    found = [*_each(_IN_GROUPS, text, _of_groups), *_each(_IN_ONE, text, _of_one)]
    ends = 0
    apart: list[Dressed] = []
    for one in sorted(found):
        if one.start >= ends:
            apart.append(one)
            ends = one.end
    return apart


def _each(
    pattern: re.Pattern[str], text: str, read: Callable[[re.Match[str]], Dressed | None]
) -> Iterator[Dressed]:
    """What the matches are read as. One that is nothing may hide another that begins within it."""
    at = 0
    while match := pattern.search(text, at):
        if one := read(match):
            yield one
        at = match.end() if one else match.start() + 1


def is_broken(upper: str, lower: str) -> bool:
    """Whether a UUID begins at the end of one line and ends at the start of the next."""
    upper, lower = upper[-_LONGEST:], lower[:_LONGEST]
    last, first = upper.rstrip(" \t=\\")[-1:], lower.lstrip(" \t>|")[:1]
    if not (last and first and _may_be_inside(last) and _may_be_inside(first)):
        return False
    upper, lower = undisguised(upper)[0], undisguised(lower)[0]
    return any(
        one.start < len(upper) < one.end and one.uuid for one in dressed(f"{upper}\n{lower}")
    )


def _may_be_inside(character: str) -> bool:
    # What is not ASCII may be a dash, or invisible.
    return character in _INSIDE or not character.isascii()


def _of_groups(match: re.Match[str]) -> Dressed | None:
    parts = [_TAKEN_AWAY.sub("", part) for part in match.groups()]
    groups, signs = parts[::2], set(parts[1::2])
    start, end = match.start(1), match.end()
    written = match.string[start:end]
    reason = OTHER_SIGNS
    if "".join(parts) != written:
        reason = _reason_within(written)
        if _is_beside_hex(match.string, start, end) or (reason == LINE_BREAK and signs != {"-"}):
            return None
    elif signs == {"-"}:
        return None  # in one piece
    if reason and _may_be_between_numbers(signs):
        lettered = sum(not group.isdigit() for group in groups)
        if not lettered:
            return None
        if lettered == 1 or len(signs) > 1:
            return Dressed(start, end, "", MAY_BE_NUMBERS)
        if not _is_beside_name(match.string, start, end):
            return Dressed(start, end, "", TOO_MANY_GROUPS)
    return Dressed(start, end, "-".join(groups).lower(), reason) if reason else None


def _may_be_between_numbers(signs: set[str]) -> bool:
    """Whether they are more than hyphens and escapes of hyphens."""
    return any(len(sign) == 1 and sign != "-" for sign in signs) or signs == {" - "}


def _of_one(match: re.Match[str]) -> Dressed | None:
    start, end = match.span(1)
    digits = _TAKEN_AWAY.sub("", match[1])
    if len(digits) == end - start or _is_beside_hex(match.string, start, end):
        return None
    if not (reason := _reason_within(match[1])):
        return None
    return Dressed(start, end, canonical(digits), reason)


def _reason_within(written: str) -> str:
    """What stands within; "" when it is line ends that do not show that they break a UUID."""
    breaks = list(_LINE_END.finditer(written))
    if not breaks:
        return ESCAPES_WITHIN
    if len(breaks) > 1:
        return ""
    (at,) = breaks
    halves = (written[: at.start()], written[at.end() :])
    digits = (len(_NO_DIGIT.sub("", _TAKEN_AWAY.sub("", half))) for half in halves)
    goes_on = at[0].lstrip(" \t")[0] in "=\\"
    return LINE_BREAK if goes_on or min(digits) >= _FEWEST else ""


def _is_beside_hex(text: str, start: int, end: int) -> bool:
    return bool(
        _HEX_BEFORE.search(text, max(0, start - _LONGEST_JOIN), start)
        or _HEX_AFTER.match(text, end)
    )


def _is_beside_name(text: str, start: int, end: int) -> bool:
    """Whether what is joined to it is no more of an id."""
    left = text[max(0, start - 40) : start]
    before = None if _UUID_BEFORE.search(left) else _BESIDE_BEFORE.search(left)
    after = _BESIDE_AFTER.match(text, end)
    return not any(
        _PLAIN_DIGITS.fullmatch(match[1]) and not is_name_part(match[1])
        for match in (before, after)
        if match
    )
