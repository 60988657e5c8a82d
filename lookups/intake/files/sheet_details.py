"""What else is to be known of a sheet: which rows are hidden, where links lead, how numbers look.

Rows and columns are counted from 1.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_PLACEHOLDER = re.compile(r'"[^"]*"|\\.|0|[^0]')
_ODS_DURATION = re.compile(r"(-?)PT([0-9]+)H([0-9]+)M([0-9]+)(?:[.,][0-9]+)?S")

Texts = Sequence[str]
"""The cells of a column of a page."""


@dataclass
class Details:
    """Collected while the XML of a sheet is read; runs of rows, so that a million take little."""

    hidden: list[tuple[int, int]] = field(default_factory=list)
    """First and last of each run of hidden rows, in order."""
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    formats: dict[int, list[tuple[int, int, str]]] = field(default_factory=dict)
    """By column: first and last row of each run of cells with a format of leading zeros."""
    merges: list[tuple[int, int, int]] = field(default_factory=list)
    """Column, first and last row of what is merged over several rows, by the first row."""
    is_ods: bool = False

    def hide(self, row: int) -> None:
        if self.hidden and self.hidden[-1][1] == row - 1:
            self.hidden[-1] = self.hidden[-1][0], row
        else:
            self.hidden.append((row, row))

    def format(self, row: int, column: int, code: str) -> None:
        runs = self.formats.setdefault(column, [])
        if runs and runs[-1][1] == row - 1 and runs[-1][2] == code:
            runs[-1] = runs[-1][0], row, code
        else:
            runs.append((row, row, code))

    def __bool__(self) -> bool:
        return bool(self.links or self.formats or self.merges or self.is_ods)


def cell_at(place: str) -> tuple[int, int]:
    """Row and column of "B2"; (0, 0) of what is no place."""
    found = _PLACE.fullmatch(place)
    if not found:
        return 0, 0
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def with_zeros(digits: str, code: str) -> str:
    """A whole number as a format of zeros shows it: "98" by "000-00" as "000-98"."""
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    if not digits.isdigit():
        return sign + digits
    parts = _PLACEHOLDER.findall(code)
    digits = digits.rjust(parts.count("0"), "0")
    out: list[str] = []
    left = list(digits)
    for part in reversed(parts):
        out.append(left.pop() if part == "0" else part.strip('"').removeprefix("\\"))
        if part == "0" and not any(p == "0" for p in parts[: len(parts) - len(out)]):
            out.extend(reversed(left))
            left = []
    return sign + "".join(reversed(out))


class Seen:
    """Makes of the columns of each page, in order, what a person sees."""

    def __init__(self, details: Details, left: int) -> None:
        self._details, self._left = details, left
        self._links: dict[int, list[tuple[int, str]]] = {}
        for (row, column), target in sorted(details.links.items()):
            if column >= left:
                self._links.setdefault(column, []).append((row, target))
        self._merges = list(reversed(details.merges))
        self._open: dict[int, tuple[int, str]] = {}

    def page(self, columns: Sequence[Texts], first: int) -> Sequence[Texts]:
        """The columns of the page that begins with that row."""
        height = len(columns[0])
        right = max([len(columns), *(column - self._left + 1 for column in self._links)])
        seen = [list(texts) for texts in columns]
        seen += [[""] * height for _ in range(right - len(columns))]
        last = first + height - 1
        for column, texts in enumerate(seen, start=self._left):
            self._zeros(texts, column, first, last)
            self._targets(texts, column, first, last)
            if self._details.is_ods:
                texts[:] = map(_duration, texts)
        self._merged(seen, first, last)
        return seen

    def _zeros(self, texts: list[str], column: int, first: int, last: int) -> None:
        runs = self._details.formats.get(column, [])
        for at in range(bisect_left(runs, first, key=lambda run: run[1]), len(runs)):
            top, bottom, code = runs[at]
            if top > last:
                break
            for i in range(max(top, first) - first, min(bottom, last) - first + 1):
                texts[i] = with_zeros(texts[i], code)

    def _targets(self, texts: list[str], column: int, first: int, last: int) -> None:
        links = self._links.get(column, [])
        for at in range(bisect_left(links, (first, "")), len(links)):
            row, target = links[at]
            if row > last:
                break
            text = texts[row - first]
            if _holds_uuid(target) and not _holds_uuid(text):
                texts[row - first] = f"{text} {target}".strip()

    def _merged(self, seen: list[list[str]], first: int, last: int) -> None:
        while self._merges and self._merges[-1][1] <= last:
            column, top, bottom = self._merges.pop()
            if 0 <= column - self._left < len(seen) and top >= first:
                self._open[column] = bottom, seen[column - self._left][top - first]
                self._fill(seen, column, top + 1, first, last)
        for column in list(self._open):
            self._fill(seen, column, first, first, last)

    def _fill(self, seen: list[list[str]], column: int, top: int, first: int, last: int) -> None:
        """Fills what was opened above that row."""
        bottom, text = self._open[column]
        for row in range(top, min(bottom, last) + 1):
            if not seen[column - self._left][row - first]:
                seen[column - self._left][row - first] = text
        if bottom <= last:
            del self._open[column]


def _holds_uuid(text: str) -> bool:
    # Compiling its patterns takes longer than the child does to start.
    from lookups.intake.uuids.uuid_pattern import tokens

    return any(uuid for _, uuid, _ in tokens(text))


def _duration(text: str) -> str:
    """ "PT36H00M00S", as the reader gives it of an ODS file, as "36:00:00"."""
    found = _ODS_DURATION.fullmatch(text) if "PT" in text[:3] else None
    return f"{found[1]}{int(found[2])}:{found[3]:0>2}:{found[4]:0>2}" if found else text
