"""Web pages, saved or named .xls: tables as tables, all else as lines, all within limits."""

from __future__ import annotations

import html

import pytest

from lookups.intake import NoSuchChoice, entries, summarise, taken
from tests.unit.intake.made_files import count_or_sentence
from tests.unit.intake.tables import (
    CALLS,
    REQUESTS,
    Cells,
    as_csv,
    content,
    opened,
    pasted,
    report,
    uuids,
)  # fmt: skip

HEAD = '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8"></head>'


def table(rows: Cells, *, head: str = "th", cell: str = "td", around: str = "{}") -> str:
    first, *below = [[html.escape(cell) for cell in row] for row in rows]
    lines = ["".join(f"<{head}>{name}</{head}>" for name in first)]
    lines += ["".join(f"<{cell}>{around.format(text)}</{cell}>" for text in row) for row in below]
    return "<table border=1>" + "".join(f"<tr>{line}</tr>\n" for line in lines) + "</table>"


BOTH = [["Phonon UUID", "Request ID", "Customer"], *(
    [CALLS[n], REQUESTS[n], f"P & {n}"] for n in range(3)
)]  # fmt: skip
PAGES = {
    "a page": f"{HEAD}<body>{table(BOTH)}</body></html>",
    "only a table": table(BOTH),
    "no end tags": table(BOTH).replace("</td>", "").replace("</tr>", "").replace("</th>", ""),
    "capital tags": table(BOTH).replace("<t", "<T").replace("</t", "</T"),
    "cells of th": table(BOTH, cell="th"),
    "a header of td": table(BOTH, head="td"),
    "fonts within cells": table(BOTH, around="<font size=2><b>{}</b></font>"),
    "cells over lines": table(BOTH, around="\n   {}\n  "),
    "in one line": f"<!DOCTYPE html>{HEAD}{table(BOTH)}".replace("\n", ""),
    "a comment first": f"<!-- made by the portal -->\n{table(BOTH)}",
    "a heading and a table of totals": f"<html><h1>Calls</h1><table><tr><td>Total<td>3</table>"
    f"<p>Below</p>{table(BOTH)}",
    "in a table that arranges the page": "<table>"
    f"<tr><td>Menu</td><td>{table(BOTH)}</td></tr></table>",
    "a script and a style": f"<html><style>td {{x: y}}</style><script>'{REQUESTS[5]}'</script>"
    f"{table(BOTH)}",
    "a title row over all columns": table(BOTH).replace(
        "<tr>", "<tr><td colspan=3>Call report</td></tr><tr></tr><tr>", 1
    ),
    "an XML head": f'<?xml version="1.0" encoding="UTF-8"?>\n<html>{table(BOTH)}</html>',
    "with a mark": f"\ufeff{HEAD}{table(BOTH)}",
}


@pytest.mark.parametrize("name", ["calls.xls", "calls.html", "calls.txt", "calls", "calls.csv"])
@pytest.mark.parametrize("kind", ["a page", "only a table"])
def test_a_table_of_a_page_is_a_table_whatever_it_is_named(kind: str, name: str) -> None:
    source = opened(name, PAGES[kind].encode())
    assert (source.format, source.columns) == ("html", ("Request ID", "Customer"))
    assert content(source) == content(opened("a.csv", as_csv(BOTH)))


@pytest.mark.parametrize("kind", PAGES)
def test_each_kind_of_page_gives_what_its_table_holds(kind: str) -> None:
    source = opened("calls.xls", PAGES[kind].encode())
    assert content(source) == content(opened("a.csv", as_csv(BOTH)))
    summary = summarise(source)
    assert (summary.entries, summary.unique, summary.rejected) == (3, 3, 0)


def test_a_pasted_page_is_read_as_a_file_of_it() -> None:
    assert content(pasted(PAGES["a page"].encode())) == content(opened("a.csv", as_csv(BOTH)))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_a_page_may_be_in_any_encoding(encoding: str) -> None:
    page = table([["Phonon UUID", "Customer"], [CALLS[0], "Zoë Müller"]])
    ((uuid, columns),) = content(opened("a.xls", page.encode(encoding)))
    assert (uuid, columns) == (CALLS[0], {"Customer": "Zoë Müller"})


def test_links_of_cells_without_a_uuid_are_read() -> None:
    link = '<a href="https://portal.example/calls?uuid={}&amp;t=1">View call</a>'
    rows = "".join(f"<tr><td>C{n}</td><td>{link.format(CALLS[n])}</td></tr>" for n in range(3))
    source = opened("a.xls", f"<table><tr><th>Case<th>Call</tr>{rows}</table>".encode())
    assert uuids(source) == CALLS[:3]
    assert [entry.columns for entry in entries(source)] == [{"Case": f"C{n}"} for n in range(3)]


def test_a_cell_over_several_rows_goes_along_with_each() -> None:
    rows = (
        f"<tr><td rowspan=2>Asha<td>{CALLS[0]}</tr><tr><td>{CALLS[1]}</tr><tr><td>B<td>{CALLS[2]}"
    )
    source = opened("a.xls", f"<table><tr><th>Customer<th>UUID</tr>{rows}</table>".encode())
    assert [entry.columns["Customer"] for entry in entries(source)] == ["Asha", "Asha", "B"]


def test_of_two_tables_the_first_is_read_and_the_other_can_be_chosen() -> None:
    other = table([["Phonon UUID", "n"], [REQUESTS[3], "1"]])
    page = f"<html>{table(report())}{other}</html>".encode()
    source = opened("a.html", page)
    assert (source.sheets, source.sheet) == (("table 1", "table 2", "page text"), "table 1")
    assert "2 tables of this page hold UUIDs." in taken(source)
    assert uuids(opened("a.html", page, sheet="table 2")) == REQUESTS[3:4]
    assert uuids(opened("a.html", page, sheet="page text")) == [*CALLS[:4], REQUESTS[3]]
    with pytest.raises(NoSuchChoice):
        opened("a.html", page, sheet="table 3")


def test_a_page_with_uuids_outside_its_tables_is_read_as_text() -> None:
    page = f"<html><p>About {REQUESTS[0]}:</p>{table(report())}</html>"
    source = opened("a.html", page.encode())
    assert uuids(source) == [REQUESTS[0], *CALLS[:4]]
    assert (source.format, source.sheet) == ("text", "page text")


@pytest.mark.parametrize("text", ["<html></html>", "<table>", "<html><p>Nothing here</html>"])
def test_a_page_without_uuids_has_none(text: str) -> None:
    assert summarise(opened("a.html", text.encode())).unique == 0


def test_a_page_of_50_megabytes_in_one_line_is_read() -> None:
    cell = f"<td>{CALLS[0]}</td><td>some words of a customer</td>"
    page = ("<table>" + f"<tr>{cell}</tr>" * (49_000_000 // (len(cell) + 9)) + "</table>").encode()
    assert count_or_sentence("a.xls", page) == 1


@pytest.mark.parametrize(
    "bomb",
    ["<table><tr><td>" * 60_000, "<div>" * 400_000,
     f"<table>{'<td rowspan=999 colspan=999>x' * 3_000}",
     "<p>" + "x" * 20_000_000, "<a href='" + "x" * 15_000_000 + "'>"],
    ids=["tables in tables", "deep", "spans", "a long word", "a long link"],
)  # fmt: skip
def test_a_page_that_would_grow_becomes_a_sentence_or_sums(bomb: str) -> None:
    told = count_or_sentence("a.html", f"<html>{bomb} {CALLS[0]}".encode())
    assert told == 1 or "Split it" in str(told)


XML_BOOK = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<{ss}Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><{ss}Worksheet ss:Name="Calls">'
    "<{ss}Table>{rows}</{ss}Table></{ss}Worksheet></{ss}Workbook>"
)


@pytest.mark.parametrize("ss", ["", "ss:"])
def test_a_workbook_in_xml_is_a_table(ss: str) -> None:
    cell = f'<{ss}Cell><{ss}Data ss:Type="String">{{}}</{ss}Data></{ss}Cell>'
    rows = "".join(f"<{ss}Row>{''.join(map(cell.format, row))}</{ss}Row>\n" for row in BOTH[:1])
    for uuid, request, _ in BOTH[1:]:
        last = cell.format("P &amp; 0").replace("Cell>", 'Cell ss:Index="3">', 1)
        rows += f"<{ss}Row>{cell.format(uuid)}{cell.format(request)}{last}</{ss}Row>\n"
    source = opened("calls.xls", XML_BOOK.format(ss=ss, rows=rows).encode())
    assert uuids(source) == CALLS[:3]
    assert source.columns == ("Request ID", "Customer")
    assert [columns["Customer"] for _, columns in content(source)] == ["P & 0"] * 3


def test_a_cell_that_a_workbook_in_xml_passes_over_is_empty() -> None:
    rows = (
        "<Row><Cell><Data>Phonon UUID</Data></Cell><Cell><Data>a</Data></Cell>"
        "<Cell><Data>b</Data></Cell></Row><Row>"
        f'<Cell><Data>{CALLS[0]}</Data></Cell><Cell ss:Index="3"><Data>x</Data></Cell></Row>'
    )
    source = opened("calls.xls", XML_BOOK.format(ss="", rows=rows).encode())
    assert content(source) == [(CALLS[0], {"a": "", "b": "x"})]
