"""What stands in a cell: long numbers, zeros in front, durations, and cells merged over rows."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from lookups.intake import entries, summarise
from lookups.intake.files.sheet_details import cell_at, with_zeros
from tests.unit.intake.made_files import ods
from tests.unit.intake.tables import CALLS, opened, uuids
from tests.unit.intake.test_workbook_views import saved


def shown(value: object, number_format: str = "General") -> str:
    """How the cell comes along."""
    made = openpyxl.Workbook()
    for row in (["Phonon UUID", "Value"], [CALLS[0], value]):
        made.active.append(row)
    made.active["B2"].number_format = number_format
    (entry,) = entries(opened("a.xlsx", saved(made)))
    return entry.columns["Value"]


@pytest.mark.parametrize(
    ("value", "number_format", "seen"),
    [
        (1234567890123457, "General", "1234567890123457"),
        (12345678901234567, "0", "12345678901234570"),
        (99999999999999999999, "General", "100000000000000000000"),
        (-1234567890123457, "General", "-1234567890123457"),
        (123456789012345, "0", "123456789012345"),
        (0.1, "General", "0.1"),
        (98, "00000000000", "00000000098"),
        (9812342728, "00000000000", "09812342728"),
        (9812342728, "0000", "9812342728"),
        (9812342728, "00000-000000", "09812-342728"),
        (2728, '"T-"000000', "T-002728"),
        (-5, "000", "-005"),
        (0, "0000", "0000"),
        (5, "0", "5"),
        (1.5, "0.00", "1.5"),
        (True, "General", "TRUE"),
        (False, "General", "FALSE"),
        (dt.timedelta(hours=36), "[h]:mm:ss", "36:00:00"),
        (dt.timedelta(seconds=91), "[h]:mm:ss", "0:01:31"),
        (dt.timedelta(hours=100, seconds=1), "[hh]:mm:ss", "100:00:01"),
        (dt.datetime(2026, 11, 12, 10, 46, 2), "dd/mm/yyyy hh:mm:ss", "2026-11-12 10:46:02"),
        (dt.date(2026, 11, 12), "dd/mm/yyyy", "2026-11-12"),
        ("00123", "@", "00123"),
        ("098", "00000", "098"),
    ],
)
def test_a_cell_comes_as_a_person_sees_it(value: object, number_format: str, seen: str) -> None:
    assert shown(value, number_format) == seen


@pytest.mark.parametrize("value", [5.5084e31, 1e25, 1e300])
def test_a_number_of_many_digits_is_never_read_as_a_uuid(value: float) -> None:
    assert "e+" in shown(value)


def test_a_format_reaches_over_pages_and_only_its_cells() -> None:
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet()
    sheet.append(["Phonon UUID", "Phone", "n"])
    for n in range(4_500):
        phone = openpyxl.cell.WriteOnlyCell(sheet, value=n)
        if n % 1_000 != 7:
            phone.number_format = "00000"
        sheet.append([CALLS[n % 6], phone, n])
    out = io.BytesIO()
    made.save(out)
    phones = [entry.columns["Phone"] for entry in entries(opened("a.xlsx", out.getvalue()))]
    assert phones == [str(n) if n % 1_000 == 7 else f"{n:05}" for n in range(4_500)]


@pytest.mark.parametrize(
    ("digits", "code", "seen"),
    [("98", "000", "098"), ("98765", "000", "98765"), ("12", "000-000", "000-012"),
     ("1234567", "000-000", "1234-567"), ("1.5", "000", "1.5"), ("", "000", "")],
)  # fmt: skip
def test_zeros_fill_up_and_drop_nothing(digits: str, code: str, seen: str) -> None:
    assert with_zeros(digits, code) == seen


@pytest.mark.parametrize(
    ("place", "at"), [("A1", (1, 1)), ("$B$2", (2, 2)), ("XFD10", (10, 16384)), ("x", (0, 0))]
)
def test_a_place_is_a_row_and_a_column(place: str, at: tuple[int, int]) -> None:
    assert cell_at(place) == at


@pytest.mark.parametrize("area", ["B2:B4", "B2:B5", "B3:B4", "B2:C3"])
def test_what_is_merged_over_rows_goes_along_with_each(area: str) -> None:
    made = openpyxl.Workbook()
    for row in [["Phonon UUID", "Customer", "PNR"], *([u, "Asha", "P"] for u in CALLS[:4])]:
        made.active.append(row)
    made.active.merge_cells(area)
    customers = [entry.columns["Customer"] for entry in entries(opened("a.xlsx", saved(made)))]
    assert customers == ["Asha"] * 4


def test_a_merged_uuid_stands_in_each_of_its_rows() -> None:
    made = openpyxl.Workbook()
    for row in [["Phonon UUID", "Leg"], [CALLS[0], "1"], ["", "2"], [CALLS[1], "3"]]:
        made.active.append(row)
    made.active.merge_cells("A2:A3")
    source = opened("a.xlsx", saved(made))
    assert uuids(source) == [CALLS[0], CALLS[0], CALLS[1]]
    assert summarise(source).duplicates == 1


def test_a_merged_cell_reaches_over_pages() -> None:
    made = openpyxl.Workbook()
    made.active.append(["Phonon UUID", "Team"])
    for n in range(4_100):
        made.active.append([CALLS[n % 6], "Delays" if not n else None])
    made.active.merge_cells("B2:B4101")
    teams = {entry.columns["Team"] for entry in entries(opened("a.xlsx", saved(made)))}
    assert teams == {"Delays"}


@pytest.mark.parametrize(
    ("attributes", "seen"),
    [
        ('office:value-type="boolean" office:boolean-value="true"', "TRUE"),
        ('office:value-type="boolean" office:boolean-value="false"', "FALSE"),
        ('office:value-type="time" office:time-value="PT36H00M00S"', "36:00:00"),
        ('office:value-type="time" office:time-value="PT00H01M31S"', "00:01:31"),
        ('office:value-type="float" office:value="1234567890123457"', "1234567890123457"),
        ('office:value-type="date" office:date-value="2026-11-12"', "2026-11-12"),
    ],
)
def test_an_ods_cell_comes_as_one_of_excel_does(attributes: str, seen: str) -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    row = f"<table:table-row>{cell.format(CALLS[0])}<table:table-cell {attributes}/>"
    (entry,) = entries(opened("a.ods", ods(f"{row}</table:table-row>")))
    assert entry.columns == {"column 2": seen}
