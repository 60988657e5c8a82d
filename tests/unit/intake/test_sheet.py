"""A sheet's rows as text, a page at a time: what stands at the border of two pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lookups.intake import open_file, summarise
from lookups.intake.files.sheet import (
    _AT_ONCE,
    _LARGE,
    CELL_END,
    COLUMN_END,
    END,
    PAGE_END,
    _parts,
    _without_last_blanks,
    pages_of,
)
from tests.unit.intake.made_files import U, V, workbook

Rows = list[list[object]]


class Sheet:
    """What python-calamine gives of a sheet that starts in its first cell."""

    start = (0, 0)
    merged_cell_ranges = ()

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def iter_rows(self) -> Iterator[list[object]]:
        return iter(self._rows)


def read_out(rows: Rows) -> list[list[str]]:
    pages = [part for page in _without_last_blanks(pages_of(Sheet(rows))) for part in _parts(page)]
    assert all(sum(map(len, page)) <= _LARGE or CELL_END not in page[0] for page in pages)
    columns = ([column.decode().split(CELL_END.decode()) for column in page] for page in pages)
    return [list(row) for page in columns for row in zip(*page, strict=True)]


@pytest.mark.parametrize("separator", [CELL_END, COLUMN_END, PAGE_END, END])
@pytest.mark.parametrize("at", [0, _AT_ONCE - 1, _AT_ONCE])
def test_a_separator_in_a_cell_makes_no_cell_and_no_row(separator: bytes, at: int) -> None:
    rows: Rows = [["a", "b"] for _ in range(_AT_ONCE + 1)]
    rows[at] = [f"a{separator.decode()}", f"{separator.decode()}b"]
    assert read_out(rows) == [*rows[:at], ["a\ufffd", "\ufffdb"], *rows[at + 1 :]]


def test_a_page_of_one_column_ends_each_row() -> None:
    assert read_out([["a"], [""], ["b"]]) == [["a"], [""], ["b"]]


@pytest.mark.parametrize("filled", [1, _AT_ONCE - 1, _AT_ONCE, _AT_ONCE + 1, 2 * _AT_ONCE])
@pytest.mark.parametrize("blank", [["", ""], [" ", "\u00a0"], ["\n", "\t"]])
def test_blank_rows_after_the_last_filled_one_are_none(filled: int, blank: list[object]) -> None:
    rows: Rows = [["a", "b"]] * filled
    assert read_out(rows + [blank] * (2 * _AT_ONCE)) == rows


@pytest.mark.parametrize("blanks", [1, _AT_ONCE - 1, _AT_ONCE, 3 * _AT_ONCE])
def test_blank_rows_before_a_filled_one_are_kept(blanks: int) -> None:
    rows: Rows = [["a", "b"], *[["", " "]] * blanks, ["c", "d"]]
    assert read_out([*rows, ["", ""]]) == rows


def test_blank_cells_at_the_end_of_a_page_are_kept() -> None:
    rows: Rows = [["a", "", " "]] * (_AT_ONCE + 1)
    assert read_out(rows) == rows


@pytest.mark.parametrize("size", [1_000, 32_767, _LARGE + 1])
def test_long_cells_come_in_parts_and_none_is_lost(size: int) -> None:
    rows: Rows = [[str(n), chr(97 + n % 26) * size] for n in range(50_000_000 // size)]
    assert read_out(rows) == rows


def test_a_sheet_of_blanks_has_no_rows() -> None:
    assert read_out([["", " "]] * (_AT_ONCE + 1)) == []


def test_numbers_and_dates_of_later_pages_are_told_as_those_of_the_first() -> None:
    rows: Rows = [[float(n), n / 2, -1e15] for n in range(_AT_ONCE + 2)]
    shown = [[str(n), str(n // 2) if n % 2 == 0 else str(n / 2), "-1000000000000000"]
             for n in range(_AT_ONCE + 2)]  # fmt: skip
    assert read_out(rows) == shown


def test_a_workbook_with_blanks_across_pages_is_counted_by_its_rows() -> None:
    rows: Rows = [["id", "note"], [U, " "], *[[None, " "]] * (2 * _AT_ONCE), [V, None]]
    source = open_file("a.xlsx", workbook([*rows, *[[" ", " "]] * _AT_ONCE]))
    summary = summarise(source)
    assert (summary.entries, summary.unique, summary.blank) == (2 * _AT_ONCE + 2, 2, 2 * _AT_ONCE)
