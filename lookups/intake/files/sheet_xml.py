"""What a person sees of a sheet and its reader does not tell: read from the sheet's own XML.

Hidden rows, links, formulas that are links, and number formats of leading zeros; of the workbook,
the sheet that was open. Runs in the child of `sheet`, with its limits. The XML is streamed, and one
that declares entities is refused. A sheet that mentions none of these is only searched for them.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

from lookups.intake.files.sheet_details import Details, cell_at

_WORKBOOK = "xl/workbook.xml"
_PIECE = 256 * 1024
_ZEROS = re.compile(r'(?:"[^"]*"|\\.|[-/ ()])*0(?:"[^"]*"|[-/ ()0])*0(?:"[^"]*"|[-/ ()])*')
"""A number format that does nothing but fill up with zeros, maybe in groups."""
_HYPERLINK = re.compile(r'^\s*(?:_xlfn\.)?HYPERLINK\(\s*"((?:[^"]|"")*)"', re.IGNORECASE)
_MENTIONED = (b"hidden", b"hyperlink", b"HYPERLINK")
_KEPT = max(map(len, _MENTIONED))

Handler = Callable[[str, dict[str, str]], None]


class BadXML(Exception):
    """XML that is damaged, or declares entities, which no spreadsheet program does."""


def open_book(path: str) -> Book | None:
    """The file as XLSX; None when it is another kind of workbook. Raises BadXML."""
    try:
        book = Book(path)
    except zipfile.BadZipFile:
        return None
    return book if book.is_xlsx else None


class Book:
    """The parts of an XLSX file that tell about its sheets."""

    def __init__(self, path: str) -> None:
        self._archive = zipfile.ZipFile(path)
        self._names = set(self._archive.namelist())
        self.is_xlsx = _WORKBOOK in self._names
        self.active = 0
        """The 0-based place of the sheet that was open."""
        self._paths: dict[str, str] = {}
        self._read_workbook()

    def _read_workbook(self) -> None:
        targets = self._targets(_WORKBOOK)

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "workbookView" and not self.active:
                self.active = _number(attributes.get("activeTab", ""))
            elif tag == "sheet":
                key = next((attributes[name] for name in attributes if name.endswith(":id")), "")
                if key in targets:
                    self._paths[attributes.get("name", "")] = targets[key]

        self._parse(_WORKBOOK, start)

    def details(self, sheet: str) -> Details:
        """What is to be known of that sheet. Raises BadXML."""
        path, details = self._paths.get(sheet, ""), Details()
        formats = self._formats()
        if path not in self._names or not (formats or self._mentions(path)):
            return details
        reader = _SheetReader(details, formats, self._targets(path))
        self._parse(path, reader.start, reader.end, reader.text)
        return details

    def _mentions(self, path: str) -> bool:
        """Whether it may say one of these things; one that is not UTF-8 always may."""
        with self._archive.open(path) as stream:
            before = b""
            while piece := stream.read(_PIECE):
                if not before and (b"\0" in piece[:100]):
                    return True
                piece = before[-_KEPT:] + piece
                if any(word in piece for word in _MENTIONED):
                    return True
                before = piece
        return False

    def _formats(self) -> dict[str, str]:
        """The number formats of leading zeros, by the number of the style that has them."""
        codes: dict[str, str] = {}
        styles: list[str] = []
        is_cell_style = False

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal is_cell_style
            if tag == "numFmt":
                code = attributes.get("formatCode", "").partition(";")[0]
                if _ZEROS.fullmatch(code):
                    codes[attributes.get("numFmtId", "")] = code
            elif tag in ("cellXfs", "cellStyleXfs"):
                is_cell_style = tag == "cellXfs"
            elif tag == "xf" and is_cell_style:
                styles.append(attributes.get("numFmtId", ""))
            elif tag == "cellStyles":
                is_cell_style = False

        self._parse("xl/styles.xml", start)
        return {str(n): codes[number] for n, number in enumerate(styles) if number in codes}

    def _targets(self, path: str) -> dict[str, str]:
        """Where the relations of a part lead: paths in the archive, and addresses outside."""
        folder, name = posixpath.split(path)
        targets: dict[str, str] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship":
                target = attributes.get("Target", "")
                if attributes.get("TargetMode") != "External":
                    target = posixpath.normpath(posixpath.join("/", folder, target))[1:]
                targets[attributes.get("Id", "")] = target

        self._parse(f"{folder}/_rels/{name}.rels", start)
        return targets

    def _parse(
        self,
        path: str,
        start: Handler,
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        if path not in self._names:
            return
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.EntityDeclHandler = _refuse
        parser.StartElementHandler = lambda tag, attributes: start(
            tag.rpartition(":")[2], attributes
        )
        if end:
            parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
        parser.CharacterDataHandler = text
        try:
            with self._archive.open(path) as stream:
                while piece := stream.read(_PIECE):
                    parser.Parse(piece, False)
                parser.Parse(b"", True)
        except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, OSError):
            raise BadXML from None


def _refuse(*_: Any) -> None:
    raise BadXML


class _SheetReader:
    """Fills the details of a sheet while its XML passes by."""

    def __init__(self, details: Details, formats: dict[str, str], targets: dict[str, str]) -> None:
        self._details, self._formats, self._targets = details, formats, targets
        self._row = self._column = 0
        self._formula: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._cell(attributes)
        elif tag == "row":
            self._row = _number(attributes.get("r", "")) or self._row + 1
            self._column = 0
            if attributes.get("hidden") in ("1", "true"):
                self._details.hide(self._row)
        elif tag == "f":
            self._formula = []
        elif tag == "hyperlink":
            self._link(attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        if place := attributes.get("r"):
            self._row, self._column = cell_at(place)
        else:
            self._column += 1
        code = self._formats.get(attributes.get("s", ""))
        if code and attributes.get("t", "n") == "n":
            self._details.format(self._row, self._column, code)

    def text(self, text: str) -> None:
        if self._formula is not None:
            self._formula.append(text)

    def end(self, tag: str) -> None:
        if tag == "f" and self._formula is not None:
            if found := _HYPERLINK.match("".join(self._formula)):
                target = found[1].replace('""', '"')
                self._details.links[self._row, self._column] = target
            self._formula = None

    def _link(self, attributes: dict[str, str]) -> None:
        key = next((attributes[name] for name in attributes if name.endswith(":id")), "")
        target = self._targets.get(key, "") + "#" * bool(attributes.get("location"))
        target += attributes.get("location", "")
        for row, column in _cells(attributes.get("ref", "")):
            self._details.links[row, column] = target


_MOST_CELLS = 10_000


def _cells(area: str) -> Iterator[tuple[int, int]]:
    """The cells of "B2" or "B2:C9", of a large area the first."""
    first, _, last = area.partition(":")
    (top, left), (bottom, right) = cell_at(first), cell_at(last or first)
    bottom = min(bottom, top + _MOST_CELLS // max(1, right - left + 1))
    return ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
