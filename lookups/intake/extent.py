"""How large a rectangle a sheet spans, told from its XML before the reader builds it.

The reader allocates every cell up to the last filled row and column; when that fails it ends the
whole process, so the rectangle must be known first.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

_XLSX_CELL = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_XLSX_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{1,7})"')
_ODS_TAG = re.compile(rb"<table:(table-row|table-cell|covered-table-cell|table)\b([^>]*)>")
_ODS_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,9})"')


class Extent(ABC):
    """Rows and columns of the widest and longest of the XML seen so far."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns = 0
        self._begun = b""

    @property
    def cells(self) -> int:
        """Cells of the rectangle."""
        return self.rows * self.columns

    def see(self, xml: bytes) -> None:
        """Takes the next piece; a tag cut in two is kept for the piece after."""
        xml = self._begun + xml
        end = xml.rfind(b">") + 1
        self._begun = xml[end:]
        self._read(xml[:end])

    @abstractmethod
    def _read(self, xml: bytes) -> None:
        """Takes whole tags."""


class XlsxExtent(Extent):
    """Cells name their place: r="C7"."""

    def _read(self, xml: bytes) -> None:
        places = _XLSX_CELL.findall(xml)
        letters = {letters for letters, _ in places}
        self.columns = max([self.columns, *map(_number, letters)])
        rows = [*_XLSX_ROW.findall(xml), *{row for _, row in places}]
        self.rows = max([self.rows, *map(int, rows)])


class OdsExtent(Extent):
    """Rows and cells follow one another, each with the number of times it is repeated."""

    def __init__(self) -> None:
        super().__init__()
        self._row = 0
        self._column = 0

    def _read(self, xml: bytes) -> None:
        for tag in _ODS_TAG.finditer(xml):
            name, attributes = tag[1], tag[2]
            repeated = _ODS_REPEATED.search(attributes)
            times = int(repeated[1]) if repeated else 1
            if name == b"table":
                self._row = 0
            elif name == b"table-row":
                self._row += times
                self._column = 0
            else:
                self._column += times
                is_empty = attributes.endswith(b"/") and b"office:" not in attributes
                if not is_empty:
                    self.rows = max(self.rows, self._row)
                    self.columns = max(self.columns, self._column)


def extent_of(part: str) -> Extent | None:
    """The reader for a part of the archive, by its name; None for parts without cells."""
    if part.startswith("xl/worksheets/"):
        return XlsxExtent()
    return OdsExtent() if part == "content.xml" else None


def _number(letters: bytes) -> int:
    """The 1-based number of a column such as AB."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
