"""Workbooks: the text that a person sees in a cell, and those that are refused."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import xlsxwriter

from lookups.intake import EmptyFile, Kind, Limits, UnreadableWorkbook, open_file
from tests.unit.intake.made_files import U, V, archive, ods, ods_row, read, workbook


class TestWorkbook:
    def test_cells_come_as_the_text_a_person_sees(self) -> None:
        row = [U, "00123", 12345.0, 0.5, True, dt.date(2026, 11, 12), 919812342728]
        data = workbook([["id", "pin", "n", "half", "ok", "day", "phone"], row])
        (entry,) = read("a.xlsx", data)
        assert entry.columns == {
            "pin": "00123",
            "n": "12345",
            "half": "0.5",
            "ok": "TRUE",
            "day": "2026-11-12",
            "phone": "919812342728",
        }
        assert (entry.line, entry.uuid) == (2, U)

    def test_the_first_sheet_with_a_uuid_is_read(self) -> None:
        data = workbook([["notes"], ["nothing here"]], [], [["id"], [V]])
        assert [e.uuid for e in read("a.xlsx", data)] == [V]

    def test_rows_keep_their_number_past_empty_ones(self) -> None:
        data = workbook([[None], [None], ["id"], [U], [None], [V], [" "]])
        found = read("a.xlsx", data)
        assert [(e.line, e.kind) for e in found if e.kind is Kind.UNIQUE] == [
            (4, "unique"),
            (6, "unique"),
        ]
        assert [e.line for e in found if e.kind is Kind.BLANK] == [1, 2, 5]

    def test_a_workbook_is_known_by_its_content(self) -> None:
        data = workbook([["id"], [U]])
        assert open_file("a.csv", data).format == open_file("a", data).format == "xlsx"

    def test_a_workbook_without_a_uuid_has_only_rejected_rows(self) -> None:
        assert [e.kind for e in read("a.xlsx", workbook([["a"], ["b"]]))] == ["rejected"] * 2

    def test_an_empty_workbook_is_refused(self) -> None:
        with pytest.raises(EmptyFile, match="no filled cells"):
            open_file("a.xlsx", workbook([]))

    def test_an_ods_is_read(self) -> None:
        (entry,) = read("a.ods", ods(ods_row(1, 1, U, "Asha")))
        assert (entry.uuid, entry.columns) == (U, {"column 2": "Asha"})

    def test_an_ods_whose_cells_are_repeated_without_end_is_refused(self) -> None:
        with pytest.raises(UnreadableWorkbook, match="spans more cells"):
            open_file("a.ods", ods(ods_row(10_000, 10_000, U)))

    def test_the_empty_rest_of_an_ods_sheet_counts_for_nothing(self) -> None:
        rest = (
            '<table:table-row table:number-rows-repeated="1048575">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        )
        assert [e.kind for e in read("a.ods", ods(ods_row(1, 1, U) + rest))] == ["unique"]

    def test_one_that_unpacks_to_too_much_is_refused(self) -> None:
        data = archive({"xl/workbook.xml": b"<a/>", "xl/worksheets/s.xml": b" " * 5_000_000})
        with pytest.raises(UnreadableWorkbook, match="200 times its size"):
            open_file("a.xlsx", data)
        small = Limits(max_bytes=10**6, max_inflated_bytes=2**20, max_inflation=10**6)
        with pytest.raises(UnreadableWorkbook, match="the limit is 1 MB"):
            open_file("a.xlsx", data, small)

    def test_one_with_too_many_parts_is_refused(self) -> None:
        parts = {f"xl/media/{n}": b"" for n in range(20)} | {"xl/workbook.xml": b"<a/>"}
        with pytest.raises(UnreadableWorkbook, match="21 parts"):
            open_file("a.xlsx", archive(parts), Limits(max_bytes=10**6, max_parts=20))

    def test_one_cell_in_the_far_corner_is_refused_and_ends_only_the_child(self) -> None:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out) as book:
            sheet = book.add_worksheet()
            sheet.write(0, 0, U)
            sheet.write(1_048_575, 16_383, "x")
        with pytest.raises(UnreadableWorkbook, match="spans more cells"):
            open_file("a.xlsx", out.getvalue())

    def test_one_behind_a_password_is_refused(self) -> None:
        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
        data = ole + "EncryptedPackage".encode("utf-16-le") + bytes(2000)
        with pytest.raises(UnreadableWorkbook, match="password"):
            open_file("a.xlsx", data)

    @pytest.mark.parametrize("keep", [40, 400, 4000])
    def test_a_damaged_one_is_refused(self, keep: int) -> None:
        data = workbook([["id"], [U]])
        with pytest.raises(UnreadableWorkbook, match="damaged"):
            open_file("a.xlsx", data[:keep])
        with pytest.raises(UnreadableWorkbook, match="damaged"):
            open_file("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(keep))
