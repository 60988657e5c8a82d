"""The child that reads a web page into rows or lines: the program of `html_page`.

Telephony portals "export to Excel" by naming a page .xls, and mails are pages as well. The page is
read by lxml as a stream and what was read is let go, so that 50 MB in one line take little memory.

Output: a line of JSON with the facts, then the rows of the chosen table, or the lines of the
page; then END.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from lookups.intake.allowance import keep_within
from lookups.intake.blocks import decoded
from lookups.intake.uuids.uuid_pattern import SHORTEST, tokens

TEXT = "page text"
"""What the text of a page is called, beside "table 1" and so on."""
CELL_END = "\t"
END = b"\x1c"
_ROW, _CELLS = "tr", ("td", "th")
_TAGS_OF_2003 = {"row": "tr", "cell": "td"}
_UNSEEN = {"script", "style", "title", "template"}
_LINES = {
    *("address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "div", "dl"),
    *("dt", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"),
    *("nav", "ol", "option", "p", "pre", "section", "table", "tbody", "tr", "ul"),
}
_MOST_TABLES = 1_000
_MOST_SPAN = 1_000


def main(choice: str, encoding: str, most_bytes: str, seconds: str) -> None:
    """Reads a page from the standard input; writes the chosen table or text, else what holds UUIDs:
    the first table that does, or the text."""
    keep_within(most_bytes=int(most_bytes), seconds=int(seconds))
    out = sys.stdout.buffer
    try:
        page = _read(sys.stdin.buffer, encoding)
        _write(page, choice, out)
    except (MemoryError, RecursionError):
        out.write(json.dumps({"error": "large"}).encode() + b"\n")
    out.flush()


@dataclass
class Page:
    """The tables of a page and its text, as lines."""

    tables: list[Table] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    around: list[Table | None] = field(default_factory=list)
    """The tables around the lines that hold a UUID; None for what stands in no table."""


@dataclass
class Table:
    rows: list[list[str]] = field(default_factory=list)
    holds_uuid: bool = False
    holds_tables: bool = False
    spans: dict[int, tuple[int, str]] = field(default_factory=dict)
    """By column: how many more rows a cell reaches down, and its text."""
    cells: list[str] | None = None


def _write(page: Page, choice: str, out: BinaryIO) -> None:
    names = {f"table {n}": table for n, table in enumerate(page.tables, 1) if _is_data(table)}
    offered = [*names, TEXT] if names else []
    if not names and not page.around:
        out.write(json.dumps({"error": "nothing"}).encode() + b"\n")
        return
    if choice and choice not in offered:
        out.write(json.dumps({"error": "none"}).encode() + b"\n")
        return
    chosen = choice or _likeliest(page, names)
    rows = names[chosen].rows if chosen in names else None
    facts = {"tables": offered, "table": chosen if names else "", "is_table": rows is not None}
    out.write(json.dumps(facts).encode() + b"\n")
    lines = page.lines if rows is None else map(CELL_END.join, _of_one_width(rows))
    for line in lines:
        out.write(f"{line}\n".encode(errors="replace"))
    out.write(END)


def _is_data(table: Table) -> bool:
    """Whether it holds UUIDs in rows, and does not just arrange the page."""
    return table.holds_uuid and not table.holds_tables and len(table.rows) > 1


def _likeliest(page: Page, names: dict[str, Table]) -> str:
    """The first table, unless UUIDs stand outside of all: then the whole page is text."""
    inside = {id(table) for table in names.values()}
    is_all = all(id(table) in inside for table in page.around)
    return next(iter(names), TEXT) if is_all else TEXT


def _of_one_width(rows: list[list[str]]) -> Iterator[list[str]]:
    width = max(map(len, rows))
    return (row + [""] * (width - len(row)) for row in rows)


def _read(stream: BinaryIO, encoding: str) -> Page:
    from lxml import etree

    target = _Reader()
    parser = etree.HTMLParser(target=target, encoding="utf-8", huge_tree=True, no_network=True)
    for text in decoded(stream, encoding):
        parser.feed(text.encode(errors="replace"))
    try:
        page: Page = parser.close()
    except etree.XMLSyntaxError:  # nothing in it
        return target.close()
    return page


class _Reader:
    """What the parser tells of a page, tag by tag; no tree is built."""

    def __init__(self) -> None:
        self._page = Page()
        self._open: list[Table] = []
        self._cell: list[list[str]] = []
        self._spans: list[tuple[int, int]] = []
        self._line: list[str] = []
        self._links: list[str] = []
        self._unseen = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = _known(tag)
        if tag in _UNSEEN:
            self._unseen += 1
        if tag in _LINES:
            self._end_line()
        elif tag in _CELLS:
            self._line.append(" ")
        if tag == "table":
            self._begin_table()
        elif tag == _ROW and self._open:
            self._open[-1].cells = []
        elif tag in _CELLS and self._open:
            if self._open[-1].cells is None:
                self._open[-1].cells = []
            self._cell.append([])
            self._spans.append((_span(attributes, "colspan"), _span(attributes, "rowspan")))
            self._pad(attributes)
        if tag == "br" and self._cell:
            self._cell[-1].append(" ")
        if target := attributes.get("href") or attributes.get("ss:href"):
            self._links.append(target)

    def end(self, tag: str) -> None:
        tag = _known(tag)
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        if tag == "a":
            self._add_links()
        if tag in _CELLS and self._open and self._cell:
            self._end_cell()
        elif tag == _ROW and self._open:
            _end_row(self._open[-1])
        elif tag == "table" and self._open:
            _end_row(self._open[-1])
            self._open.pop()
        if tag in _LINES:
            self._end_line()

    def data(self, text: str) -> None:
        if self._unseen:
            return
        self._line.append(text)
        if self._cell:
            self._cell[-1].append(text)

    def comment(self, text: str) -> None:
        """What is commented out is not seen."""

    def close(self) -> Page:
        self._add_links()
        self._end_line()
        while self._open:
            _end_row(self._open.pop())
        return self._page

    def _begin_table(self) -> None:
        table = Table()
        if len(self._page.tables) < _MOST_TABLES:
            self._page.tables.append(table)
        self._open.append(table)
        # A table that holds others arranges a page: its rows are none of calls.
        for outer in self._open[:-1]:
            outer.holds_tables = True

    def _pad(self, attributes: dict[str, str]) -> None:
        """Adds the empty cells that a workbook in XML passes over."""
        cells, place = self._open[-1].cells, _span(attributes, "ss:index")
        while cells is not None and len(cells) < place - 1:
            cells.append("")

    def _add_links(self) -> None:
        """Where links lead is told after their words, unless those hold a UUID themselves."""
        for target in self._links:
            if _holds_uuid(target):
                self._line.append(f" {target} ")
                if self._cell and not _holds_uuid("".join(self._cell[-1])):
                    self._cell[-1].append(f" {target}")
        self._links.clear()

    def _end_line(self) -> None:
        line = " ".join("".join(self._line).split())
        self._line.clear()
        if line:
            self._page.lines.append(line)
            if _holds_uuid(line):
                self._page.around.append(self._open[-1] if self._open else None)

    def _end_cell(self) -> None:
        self._add_links()
        text = " ".join("".join(self._cell.pop()).split()).replace(CELL_END, " ")
        table, (columns, rows) = self._open[-1], self._spans.pop()
        if table.cells is None:
            return
        _fill_spans(table)
        for n in range(columns):
            if rows > 1:
                table.spans[len(table.cells)] = rows, "" if n else text
            table.cells.append("" if n else text)
        table.holds_uuid = table.holds_uuid or _holds_uuid(text)


def _fill_spans(table: Table) -> None:
    """Adds the cells of rows above that reach down to here."""
    assert table.cells is not None  # noqa: S101 (a row is open)
    while (at := len(table.cells)) in table.spans:
        table.cells.append(table.spans[at][1])


def _end_row(table: Table) -> None:
    if table.cells is None:
        return
    _fill_spans(table)
    table.spans = {at: (n - 1, text) for at, (n, text) in table.spans.items() if n > 1}
    table.rows.append(table.cells)
    table.cells = None


def _known(tag: str) -> str:
    """The name of a tag; those of a workbook in XML, as Excel wrote it in 2003, as a page's."""
    tag = tag.rpartition(":")[2]
    return _TAGS_OF_2003.get(tag, tag)


def _span(attributes: Any, name: str) -> int:
    written = attributes.get(name, "")
    return min(max(1, int(written)), _MOST_SPAN) if written.isascii() and written.isdigit() else 1


def _holds_uuid(text: str) -> bool:
    return len(text) >= SHORTEST and any(uuid for _, uuid, _ in tokens(text))
