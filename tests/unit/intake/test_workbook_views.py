"""A workbook as a person sees it: the open sheet, the rows a filter shows, where links lead."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from lookups.intake import UnreadableWorkbook, entries, summarise, taken
from tests.unit.intake.tables import CALLS, REQUESTS, opened, report, uuids


def book(*sheets: str) -> Workbook:
    """Sheets of these names, each with a report."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name in sheets or ("Today",):
        sheet = made.create_sheet(name)
        for row in report("Phonon UUID"):
            sheet.append(row)
    return made


def saved(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_sheet(data: bytes, change: Callable[[bytes], bytes], part: str = "sheet1") -> bytes:
    """The workbook with the XML of a sheet changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            xml = old.read(name)
            new.writestr(name, change(xml) if name.endswith(f"{part}.xml") else xml)
    return out.getvalue()


def hide(*rows: int) -> bytes:
    made = book()
    for row in rows:
        made["Today"].row_dimensions[row].hidden = True
    return saved(made)


@pytest.mark.parametrize("rows", [(2,), (5,), (2, 3), (2, 4), (3, 4, 5)])
def test_hidden_rows_are_left_out_counted_and_can_be_chosen(rows: tuple[int, ...]) -> None:
    source = opened("a.xlsx", hide(*rows))
    assert uuids(source) == [CALLS[n] for n in range(4) if n + 2 not in rows]
    assert (source.hidden_rows, source.hidden_rows_are_read) == (len(rows), False)
    assert [e.line for e in entries(source)] == [n for n in range(2, 6) if n not in rows]
    assert summarise(source).entries == 4 - len(rows)
    again = opened("a.xlsx", hide(*rows), hidden_rows="include")
    assert uuids(again) == CALLS[:4]
    assert (again.hidden_rows, again.hidden_rows_are_read) == (len(rows), True)
    assert f"{len(rows)} hidden row" in taken(source)


def test_a_workbook_in_which_all_rows_are_hidden_has_no_uuid() -> None:
    assert uuids(opened("a.xlsx", hide(2, 3, 4, 5))) == []


def test_hidden_rows_beyond_the_data_count_for_nothing() -> None:
    assert opened("a.xlsx", hide(900, 901)).hidden_rows == 0


@pytest.mark.parametrize(
    ("written", "is_hidden"),
    [
        (b'hidden="1"', True),
        (b"hidden='true'", True),
        (b'hidden="0"', False),
        (b"hidden = '1'", True),
    ],
)
def test_every_spelling_of_hidden_is_read(written: bytes, is_hidden: bool) -> None:
    data = with_sheet(hide(3), lambda xml: xml.replace(b'hidden="1"', written))
    assert opened("a.xlsx", data).hidden_rows == int(is_hidden)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
@pytest.mark.parametrize("open_one", [0, 1, 2])
def test_a_hidden_sheet_is_read_only_when_chosen(state: str, open_one: int) -> None:
    made = book("October", "Today", "Notes")
    made["October"].sheet_state = state
    made["Today"]["A2"] = REQUESTS[0]
    made.active = open_one
    source = opened("a.xlsx", saved(made))
    assert source.sheet == ("Notes" if open_one == 2 else "Today")
    assert (source.sheets, source.hidden_sheets) == (("October", "Today", "Notes"), ("October",))
    chosen = opened("a.xlsx", saved(made), sheet="October")
    assert (uuids(chosen), taken(chosen).startswith("Hidden sheet October,")) == (CALLS[:4], True)


def test_an_open_sheet_without_uuids_gives_way_to_one_with_them() -> None:
    made = book("Calls", "Notes")
    made["Notes"].delete_rows(1, 9)
    made["Notes"]["A1"] = "Nothing here"
    made.active = 1
    assert opened("a.xlsx", saved(made)).sheet == "Calls"


def test_uuids_far_down_an_open_sheet_are_seen() -> None:
    made = book("Calls", "Long")
    made["Long"].insert_rows(2, 2_500)
    made.active = 1
    assert opened("a.xlsx", saved(made)).sheet == "Long"


def link_by_relation(sheet: Worksheet, cell: str, target: str) -> None:
    sheet[cell] = "View call"
    sheet[cell].hyperlink = target


def link_by_formula(sheet: Worksheet, cell: str, target: str) -> None:
    sheet[cell] = f'=HYPERLINK("{target}","View call")'


@pytest.mark.parametrize("link", [link_by_relation, link_by_formula])
@pytest.mark.parametrize(
    "address", ["https://portal.example/calls/{}", "https://x.example/?uuid={}&t=1", "tel:{}"]
)
@pytest.mark.parametrize("column", ["B", "D", "F"])
def test_the_target_of_a_link_is_searched(
    link: Callable[[Worksheet, str, str], None], address: str, column: str
) -> None:
    made = openpyxl.Workbook()
    made.active.append(["Case"])
    made.active[f"{column}1"] = "Call"
    for n in range(3):
        made.active[f"A{n + 2}"] = f"C{n}"
        link(made.active, f"{column}{n + 2}", address.format(CALLS[n]))
    source = opened("a.xlsx", saved(made))
    assert uuids(source) == CALLS[:3]
    assert [entry.columns["Case"] for entry in entries(source)] == ["C0", "C1", "C2"]


def test_a_link_beside_a_uuid_of_the_cell_is_not_read() -> None:
    made = book()
    made["Today"]["A2"].hyperlink = f"https://portal.example/{REQUESTS[0]}"
    assert uuids(opened("a.xlsx", saved(made))) == CALLS[:4]


@pytest.mark.parametrize("part", ["sheet1", "workbook", "styles"])
def test_a_workbook_that_declares_entities_is_refused(part: str) -> None:
    lol = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'

    def declare(xml: bytes) -> bytes:
        head, end, rest = xml.partition(b"?>") if xml.startswith(b"<?") else (b"", b"", xml)
        return head + end + lol + rest

    with pytest.raises(UnreadableWorkbook):
        summarise(opened("a.xlsx", with_sheet(hide(3), declare, part)))
