"""Where UUIDs stand in JSON: the keys that lead to them, and what comes along from beside them.

A path is the keys that lead to a member, joined by dots; the places in a list are one path. Keys
that are UUIDs count as well, and are one path however they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lookups.intake.entry import EVERY_COLUMN, TEXT_LIMIT, storable
from lookups.intake.errors import NoSuchChoice, TooWide
from lookups.intake.files.header import MEANS_PHONON
from lookups.intake.limits import Limits
from lookups.intake.uuids.uuid_pattern import SHORTEST, Token, tokens

ALONE = "(value)"
"""The path of what stands in a list or line without a key."""
_KEY, _KEYS = "(key)", "(keys)"
"""What a UUID is called where it is a key, and the path of all such keys."""
_NAME_LIMIT = 100
"""Characters of a name that are kept."""
_MOST_PATHS = 1_000
_SHOWN = 10
"""Rows that a person chooses a path by."""

Place = tuple[tuple[dict[str, Any], str], ...]
"""The objects around a member, the outermost first, each with its path."""
Members = list[tuple[str, Any, Place]]


@dataclass
class Paths:
    """What all rows tell of the paths in which UUIDs stand."""

    holders: dict[str, None] = field(default_factory=dict)
    sample: list[dict[str, str]] = field(default_factory=list)

    def look_at(self, value: Any) -> None:
        shown: dict[str, str] = {}
        is_shown = len(self.sample) < _SHOWN
        for path, text, _ in strings_of(value):
            if len(text) >= SHORTEST and path not in self.holders and _holds_uuid(text):
                if len(self.holders) >= _MOST_PATHS:
                    continue
                self.holders[path] = None
            if is_shown:
                shown.setdefault(path, storable(text[:TEXT_LIMIT]))
        if is_shown and shown:
            self.sample.append(shown)

    def names(self) -> dict[str, str]:
        """The paths by what they are called: the last key where that is enough."""
        last = [path.rpartition(".")[2] for path in self.holders]
        return {
            short if last.count(short) == 1 else path: path
            for short, path in zip(last, self.holders, strict=True)
        }

    def chosen(self, choice: str) -> str | None:
        """The path that is searched alone, "" when every one is, None when a person is asked.

        Raises NoSuchChoice.
        """
        if choice == EVERY_COLUMN:
            return ""
        names = self.names()
        if choice:
            path = names.get(choice, choice)
            if path not in self.holders:
                raise NoSuchChoice("This JSON has no such key with UUIDs. Choose another one.")
            return path
        if len(self.holders) < 2:
            return ""
        return self._named()

    def sole(self) -> str:
        """The one path that holds UUIDs; "" when several do."""
        return next(iter(self.holders)) if len(self.holders) == 1 else ""

    def _named(self) -> str | None:
        """The path that is named after Phonon's UUID; the outermost where several are."""
        named = [path for path in self.holders if MEANS_PHONON.search(path.rpartition(".")[2])]
        depths = [path.count(".") for path in named]
        if named and depths.count(min(depths)) == 1:
            return named[depths.index(min(depths))]
        return None


def _holds_uuid(text: str) -> bool:
    return any(uuid for _, uuid, _ in tokens(text))


def strings_of(value: Any) -> Iterator[tuple[str, str, Place]]:
    """Path, text and place of every string, in the order they are written, without recursion."""
    waiting: Members = [("", value, ())]
    while waiting:
        path, one, place = waiting.pop()
        if type(one) is str:
            yield path or ALONE, one, place
        elif isinstance(one, dict):
            here = (*place, (one, path))
            members: Members = []
            for key, member in one.items():
                if _is_uuid(key):
                    below = member if isinstance(member, dict) else {"value": member}
                    around = (*here, (below, _below(path, _KEY)))
                    members.append((_below(path, _KEYS), key, around))
                members.append((path_of(path, key), member, here))
            waiting.extend(reversed(members))
        elif isinstance(one, list):
            waiting.extend((path, element, place) for element in reversed(one))


def path_of(path: str, key: str) -> str:
    """The path of a member of an object that stands there."""
    return _below(path, _KEY if _is_uuid(key) else storable(key[:_NAME_LIMIT]))


def _is_uuid(key: str) -> bool:
    return len(key) >= SHORTEST and _holds_uuid(key)


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


Found = tuple[list[Token], dict[str, str]]


def found_in(number: int, value: Any, only: str, not_beside: str, limits: Limits) -> list[Found]:
    """The UUIDs and near-misses of a row, of one path or "" for every, in order.

    With each come the plain members of the objects around it, apart from those of one path; if
    every path is searched, those that are no UUID.
    """
    columns: dict[int, tuple[Place, dict[str, str]]] = {}
    finds: list[Found] = []
    for path, text, place in strings_of(value):
        if only not in ("", path) or not (here := tokens(text)):
            continue
        inner = id(place[-1][0]) if place else 0
        if inner not in columns:
            # With the place, whose objects would else give their numbers to others.
            columns[inner] = place, beside(number, place, only, not_beside, limits)
        finds.append((here, columns[inner][1]))
    return finds or [([], beside(number, [(value, "")], only, not_beside, limits))]


def beside(
    number: int, around: Iterable[tuple[Any, str]], only: str, not_beside: str, limits: Limits
) -> dict[str, str]:
    """The plain members of the objects around a UUID, as text. Raises TooWide."""
    columns: dict[str, str] = {}
    length = 0
    for one, path in around:
        for name, member in one.items() if isinstance(one, dict) else ():
            if isinstance(member, dict | list) or _is_uuid(name):
                continue
            is_searched = not only and type(member) is str and tokens(member)
            if is_searched or path_of(path, name) == not_beside:
                continue
            text = _as_text(member)
            length += len(text)
            if length > limits.max_beside or len(columns) > limits.max_columns:
                raise TooWide(_too_wide_row(number, limits.max_beside))
            columns[storable(name[:_NAME_LIMIT])] = storable(text)
    return columns


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _too_wide_row(number: int, limit: int) -> str:
    return (
        f"Row {number:,} of this JSON holds more than {limit:,} characters beside its UUIDs, or "
        "too many names. Keep what you need of it, and upload it again."
    )
