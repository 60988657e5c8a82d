"""A UUID within a longer chain of hex groups, as in the name of a recording.

"20261112-104602-<UUID>-2": the groups 8-4-4-4-12 cannot overlap, so a chain shows at which of its
borders one stands. What stands beside it must be what such names hold: numbers and words. An id
that goes on with more mixed hex digits is an id of its own, longer than a UUID.
"""

from __future__ import annotations

import re
from itertools import takewhile

from lookups.intake.uuids.shape import HEX, HEX_4, HEX_8, HEX_12

A_LONGER_NAME = "a longer name"

_LONGEST = 120
"""Characters of a chain that is taken for a name."""
_HYPHENATED = re.compile(f"(?<![{HEX}]){HEX_8}-{HEX_4}-{HEX_4}-{HEX_4}-{HEX_12}(?![{HEX}])")
_GROUP = re.compile(f"[{HEX}]+")
_LONGEST_NUMBER, _LONGEST_WORD, _LONGEST_MIXED = 20, 8, 2


def is_in_name(run: str, start: int, end: int) -> bool:
    """Whether the UUID that stands there in a run of words joined by hyphens can be read out of it.

    It can when it is the only one and all else is parts of a name, or when the chain is made of
    nothing but UUIDs. Words with other letters than a to f end the chain.
    """
    if end - start != 36:
        return False
    before = _hex_groups(run[max(0, start - _LONGEST) : start].split("-")[-2::-1])
    after = _hex_groups(run[end : end + _LONGEST].split("-")[1:])
    chain = "-".join([*reversed(before), run[start:end], *after])
    if len(chain) > _LONGEST:
        return False
    uuids = _HYPHENATED.findall(chain)
    beside = [group for group in _HYPHENATED.sub("", chain).split("-") if group]
    return not beside if len(uuids) > 1 else all(map(is_name_part, beside))


def _hex_groups(groups: list[str]) -> list[str]:
    """The first of the groups, as long as they are hex digits."""
    return list(takewhile(_GROUP.fullmatch, groups))


def is_name_part(group: str) -> bool:
    """Whether a group of hex digits is a number, a word, or too short to be part of an id."""
    if group.isdigit():
        return len(group) <= _LONGEST_NUMBER
    return len(group) <= (_LONGEST_WORD if group.isalpha() else _LONGEST_MIXED)
