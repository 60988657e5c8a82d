"""Reading one object of a reply through a field table, without ever losing or guessing a value.

A value that does not fit its field (a list where a time should be) reads as empty and stays among
the unknown fields under its own name, so that the pages show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lookups.pull.reply.fields import Table
from lookups.pull.reply.normalise import flag, moment, text

LONGEST_SHORT_TEXT = 255
EMPTY: tuple[Any, ...] = (None, "", [], {})


class Reading:
    """The known fields of an object by canonical name, and in `unknown` all that is left over.

    Of two spellings of one field the first that holds something counts; the other is unknown,
    unless both say the same.
    """

    __slots__ = ("_known", "names", "unknown")

    def __init__(self, table: Table, value: Mapping[str, Any]) -> None:
        self.names: Mapping[str, str]
        self.unknown: dict[str, Any]
        if layout := table.layout(tuple(value)):
            self._known = dict(zip(layout.fields, value.values(), strict=True))
            self.names = layout.spelled
            self.unknown = {name: value[name] for name in layout.unknown} if layout.unknown else {}
        else:
            self._read_one_by_one(table, value)

    def _read_one_by_one(self, table: Table, value: Mapping[str, Any]) -> None:
        known: dict[str, Any] = {}
        names: dict[str, str] = {}
        self._known, self.names, self.unknown = known, names, {}
        for name, inner in value.items():
            canonical = table[name]
            if canonical is None:
                self.unknown[name] = inner
            elif canonical not in known or known[canonical] in EMPTY:
                known[canonical] = inner
                names[canonical] = name
            elif inner not in EMPTY and inner != known[canonical]:
                self.unknown[name] = inner

    def name_of(self, canonical: str) -> str:
        """How this object spells a field; the canonical name where it has none."""
        return self.names.get(canonical, canonical)

    def raw(self, canonical: str) -> Any:
        """The value as it came, None where there is none."""
        return self._known.get(canonical)

    def does_not_fit(self, canonical: str) -> None:
        """Puts a field among the unknown ones, because its value makes no sense there."""
        value = self._known.get(canonical)
        if value not in EMPTY:
            self.unknown[self.name_of(canonical)] = value

    def short(self, canonical: str) -> str:
        """Text of at most 255 characters, stripped; "" for what is missing or does not fit."""
        value = self._known.get(canonical, "")
        short = text(value).strip()
        if len(short) > LONGEST_SHORT_TEXT or (not short and value not in ("", None)):
            self.does_not_fit(canonical)
            return ""
        return short

    def long(self, canonical: str) -> str:
        """Text of any length as it came; "" for what is missing or does not fit."""
        value = self._known.get(canonical)
        found = text(value)
        if not found:
            self.does_not_fit(canonical)
        return found

    def moment(self, canonical: str) -> datetime | None:
        """A time in UTC; None for what is missing or cannot be read."""
        value = self._known.get(canonical)
        found = None if value is None else moment(value)
        if found is None and value is not None:
            self.does_not_fit(canonical)
        return found

    def flag(self, canonical: str) -> bool | None:
        """True or false; None for what is missing or is neither."""
        value = self._known.get(canonical)
        if value is None:
            return None
        found = flag(value)
        if found is None:
            self.does_not_fit(canonical)
        return found

    def entries(self, canonical: str) -> list[Any]:
        """The entries of a list; a single value counts as a list of one, a missing one as none."""
        value = self._known.get(canonical)
        if value is None or value in EMPTY:
            return []
        return value if isinstance(value, list) else [value]

    def objects(self, canonical: str) -> list[dict[str, Any]]:
        """The objects in a list, or one object standing alone. Anything else does not fit."""
        entries = self.entries(canonical)
        if not entries:
            return entries
        found = [entry for entry in entries if isinstance(entry, dict)]
        if len(found) != len(entries):
            self.does_not_fit(canonical)
        return found
