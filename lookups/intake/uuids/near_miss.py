"""Tells what was meant as a UUID and is none, with the reason a person needs to put it right.

Careful the other way as well: words, dates, telephone and order numbers, hashes and licence keys
are not near-misses. So a near-miss has a UUID's groups with few digits wrong, or nearly 32 hex
digits in a row.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

NOT_PLAIN_DIGITS = "digits that are not plain 0-9"
HYPHENS = "hyphens in the wrong place"
JOINED = "joined to other letters or digits"
TOO_MANY_GROUPS = "more groups than a UUID has"

_HEX = frozenset("0123456789abcdefABCDEF")
_SHAPE = (8, 4, 4, 4, 12)
_LONGEST = 120
"""Characters; in a longer chain only a whole UUID is looked for."""
_WITHIN = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")


# Not a dataclass: what makes those is slow to import, and the child that reads a workbook waits.
class NearMiss(NamedTuple):
    """Where in the run it stands, and the reason."""

    start: int
    end: int
    reason: str


def near_miss(run: str) -> NearMiss | None:
    """The near-miss in a run of letters and digits joined by hyphens, or None."""
    if len(run) > _LONGEST:
        return NearMiss(0, len(run), JOINED) if _WITHIN.search(run) else None
    folded = run if run.isascii() else _folded(run)
    start, end = _without_words(folded)
    reason = _reason(folded[start:end].split("-"))
    if reason and folded[start:end] != run[start:end]:
        reason = NOT_PLAIN_DIGITS
    return NearMiss(start, end, reason) if reason else None


def _folded(run: str) -> str:
    """Full-width letters and any script's digits as ASCII, one character for one."""
    out = []
    for c in run:
        digit = unicodedata.decimal(c, None)
        out.append(str(digit) if digit is not None else unicodedata.normalize("NFKC", c)[:1])
    return "".join(out)


def _without_words(run: str) -> tuple[int, int]:
    """Start and end without the words at either end, as long as five groups remain."""
    start, end = 0, len(run)
    while run.count("-", start, end) >= 5:
        first = run.find("-", start, end)
        last = run.rfind("-", start, end)
        if not _is_hex(run[start:first]):
            start = first + 1
        elif not _is_hex(run[last + 1 : end]):
            end = last
        else:
            break
    return start, end


def _is_hex(group: str) -> bool:
    return bool(group) and _HEX.issuperset(group)


def _reason(groups: list[str]) -> str:
    digits = "".join(groups)
    strange = [c for c in digits if c not in _HEX]
    if _WITHIN.search("-".join(groups)) and (strange or len(groups) > 5):
        return JOINED if strange else TOO_MANY_GROUPS
    if len(groups) == 1:
        return _reason_bare(digits, strange)
    if len(groups) == 5:
        return _reason_in_five(groups, digits, strange)
    if strange or not _is_mixed(digits):
        return _reason_after_bare(groups)
    if len(digits) == 32 and len(groups) <= 8:
        return HYPHENS
    if len(groups) in (4, 6) and 31 <= len(digits) <= 33:
        return HYPHENS
    return _reason_after_bare(groups)


def _reason_bare(digits: str, strange: list[str]) -> str:
    length = len(digits)
    if strange:
        figures = sum(c.isdigit() for c in digits)
        close = length == 32 and len(strange) <= 2 and figures >= 8
        return _not_hex(strange) if close else ""
    if length in (31, 32, 33) or (length in (30, 34) and _is_mixed(digits)):
        return _count(length)
    return ""


def _reason_in_five(groups: list[str], digits: str, strange: list[str]) -> str:
    lengths = tuple(len(group) for group in groups)
    off = sum(abs(a - b) for a, b in zip(lengths, _SHAPE, strict=True))
    if strange:
        return _not_hex(strange) if off <= 2 and len(strange) <= 4 else ""
    one_end_off = lengths[:4] == _SHAPE[:4] or lengths[1:] == _SHAPE[1:]
    if off <= 4 or (one_end_off and off <= 12):
        return _count(len(digits))
    return HYPHENS if len(digits) == 32 and _is_mixed(digits) else ""


def _reason_after_bare(groups: list[str]) -> str:
    """32 bare digits with a hyphen and one more group of a few, as in "…-1"."""
    bare = any(len(group) == 32 and _is_hex(group) for group in groups)
    return JOINED if bare and len(groups) == 2 and sum(map(len, groups)) <= 36 else ""


def _is_mixed(digits: str) -> bool:
    """Both figures and letters: a number of figures alone is more likely something else."""
    return any(c.isdigit() for c in digits) and any(c.isalpha() for c in digits)


def _not_hex(strange: list[str]) -> str:
    letters = list(dict.fromkeys(strange))
    if len(letters) == 1:
        return f"a letter that is not a hex digit: {letters[0]}"
    return f"letters that are not hex digits: {', '.join(letters)}"


def _count(length: int) -> str:
    if length == 32:
        return HYPHENS
    by = abs(length - 32)
    digits = "one digit" if by == 1 else f"{by} digits"
    return f"{digits} short" if length < 32 else f"{digits} too many"
