"""Each format cell by cell: exact where it says so, and harmless in a spreadsheet."""

import csv
import io
import json
import re
from datetime import date, timedelta, timezone

import pytest
from python_calamine import CalamineWorkbook

from lookups import exports, search
from lookups.exports import COLUMNS, ExportError, call_rows, excel, lookup_rows, workbook
from lookups.models import LookupItem
from tests.integration.builders import a_lookup
from tests.integration.exports.conftest import STARTED
from tests.integration.exports.reading import written

pytestmark = pytest.mark.django_db


AWKWARD = [
    "plain",
    " led and trailed ",
    'quote " and, comma',
    "line\nline",
    "line\r\nline",
    "\rcr",
    "\ttab",
    "हिन्दी 😀",
    "00123",
    "+919812342728",
    "1e5",
    "_x0041_",
    "TRUE",
    "'quoted",
    "a;b",
    "'",
    '"',
    ",",
]


def table_of(*columns, cells):
    return exports.Table(columns, [tuple(cells)], lambda: 1)


def test_machine_csv_read_again_is_the_rows_cell_by_cell(lookup):
    data = written("csv", lookup_rows(lookup))
    assert not data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 8
    header, *told = csv.reader(io.StringIO(data.decode(), newline=""))
    table = lookup_rows(lookup)
    assert tuple(header) == table.columns
    assert told == [[cell or "" for cell in row] for row in table.rows]


def test_machine_csv_keeps_awkward_text_exactly():
    data = written("csv", table_of(*map(str, range(len(AWKWARD))), cells=AWKWARD))
    assert list(csv.reader(io.StringIO(data.decode(), newline="")))[1] == AWKWARD


def sheet(data):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def test_a_workbook_read_again_is_the_rows_cell_by_cell(lookup):
    header, *told = sheet(written("xlsx", lookup_rows(lookup)))
    table = lookup_rows(lookup)
    assert tuple(header) == table.columns
    assert told == [[cell or "" for cell in row] for row in table.rows]
    assert {type(cell) for row in told for cell in row} == {str}


def test_a_workbook_keeps_awkward_text_exactly():
    cells = [*AWKWARD, *FORMULAS]
    assert sheet(written("xlsx", table_of(*map(str, range(len(cells))), cells=cells)))[1] == cells


def test_a_workbook_cuts_what_no_cell_can_hold_and_says_so():
    for text in ("x" * 32_768, "😀" * 16_384):
        (cell,) = sheet(written("xlsx", table_of("raw", cells=[text])))[1]
        assert cell.endswith(workbook.CUT)
        assert cell.startswith(text[:10_000])
        assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    whole = "x" * 32_767
    assert sheet(written("xlsx", table_of("raw", cells=[whole])))[1] == [whole]


def test_too_many_rows_for_a_sheet_are_refused_before_the_first_is_read():
    def unread():
        raise AssertionError("a row was read")
        yield ()

    with pytest.raises(ExportError, match="An Excel sheet holds 1,048,575 rows"):
        exports.write("xlsx", COLUMNS, unread(), count=lambda: 1_048_576)
    workbook.check_size(1_048_575)


def test_a_workbook_that_fails_half_way_gives_no_file():
    def failing():
        yield ("1",)
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        exports.write("xlsx", ["a"], failing())


def test_json_lines_hold_the_same_cells_with_null_for_none_and_raw_as_it_came(lookup):
    lines = written("jsonl", lookup_rows(lookup)).decode().splitlines()
    table = lookup_rows(lookup)
    for line, row in zip(lines, table.rows, strict=True):
        told = json.loads(line)
        assert tuple(told) == table.columns
        cells = dict(zip(table.columns, row, strict=True))
        raw = cells.pop("raw")
        assert {name: told[name] for name in cells} == cells
        if raw == "not json":
            assert told["raw"] == raw
        elif raw is not None:
            assert told["raw"] == json.loads(raw)
    assert '{"cost": 1.10, "id": 12345678901234567890}' in lines[1]


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ('{"a":\r\n1}', '{"raw": {"a":  1}}\n'),
        ("NaN", '{"raw": "NaN"}\n'),
        ("[" * 100_000, None),
        ("1" * 5000, '{"raw": %s}\n' % ("1" * 5000)),
        ("half\ud800", '{"raw": "half\\ud800"}\n'),
        (None, '{"raw": null}\n'),
    ],
)
def test_json_lines_stay_one_line_of_json_each(raw, line):
    told = written("jsonl", table_of("raw", cells=[raw])).decode()
    assert told.count("\n") == 1
    assert told == line if line else json.loads(told)["raw"] == raw


FORMULAS = [
    before + sign + rest
    for sign in ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦")
    for rest in ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("https://evil.test","x")', "SUM(1,2)", "")
    for before in (
        *("", " ", '"', "\t", "\r", "\n", "\0", "\xa0", "\u200b", "\ufeff", ' \u2060"'),
        *(";", ",", "|", ";;", "; ", ';"', ";\t", ";\u200b", "\r\n", "\n \ufeff"),
        *("text;", "text, ", "text|", "text\t", "one line\n", "one line\r\n\t", "one;two;"),
    )
] + ["+91 98123", "+1234567", "+1234567890123456", "-1", "+919812342728+1", "+91981234272８"]
HARMLESS = [
    *("plain", "a-b", "1=1", "name@example.test", "a;b", "a, b", "T-1;T-2", " led", "'=1+1", "'-1"),
    *("", "2026-11-12", "550e8400-e29b-41d4-a716-446655440000", "अ-आ", "x +1", ";", "line\nline"),
]
SEEN_BY_NOBODY = ' "\0\xa0\u200b\u2060\ufeff'


def begun(data):
    """What a program of any country takes for the start of a cell, quotes and spaces dropped."""
    lines = data.decode("utf-8-sig").splitlines()
    pieces = [piece for line in lines for piece in re.split(r"[;,|\t]", line)]
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]
    return [piece.strip(SEEN_BY_NOBODY) for piece in [*pieces, *cells]]


def running(data):
    return [one for one in begun(data) if one.startswith(tuple("=+-@＝＋－＠﹦"))]


@pytest.mark.parametrize("column", ["client_identifier", "raw", "started_at", "input_Name"])
def test_no_cell_of_the_excel_csv_runs_as_a_formula(column):
    assert len(FORMULAS) > 1_000
    table = exports.Table((column,), [(cell,) for cell in FORMULAS], lambda: len(FORMULAS))
    assert running(written("excel-csv", table)) == []
    # The machine flavour is exact on purpose, so the same look at it finds the payloads bare.
    exact = written("csv", table)
    assert len(running(exact)) > len(FORMULAS)
    told = csv.reader(io.StringIO(exact.decode(), newline=""))
    assert [row[0] for row in told][1:] == FORMULAS


def test_no_header_of_the_excel_csv_runs_as_a_formula():
    table = exports.Table(tuple(FORMULAS), [], lambda: 0)
    assert running(written("excel-csv", table)) == []
    assert running(written("csv", table))
    assert sheet(written("xlsx", table)) == [FORMULAS]


def test_a_cell_that_runs_nowhere_is_not_touched():
    table = exports.Table(("raw",), [(cell,) for cell in HARMLESS], lambda: len(HARMLESS))
    told = csv.reader(io.StringIO(decoded(written("excel-csv", table)), newline=""))
    assert [row[0] if row else "" for row in told][1:] == HARMLESS


@pytest.mark.parametrize("cell", FORMULAS[:200])
def test_a_guard_adds_apostrophes_and_nothing_else_and_only_once(cell):
    once = excel.guarded(cell)
    assert once.replace("'", "") == cell.replace("'", "")
    assert excel.guarded(once) == once


@pytest.mark.parametrize(
    ("cell", "told"),
    [("=1", "'=1"), ("-1", "'-1"), (";=1", "';'=1"), ("\t=1", "'\t'=1"), ("a;=1", "a;'=1")],
)
def test_the_apostrophe_stands_where_a_program_would_begin_to_read(cell, told):
    assert excel.guarded(cell) == told


@pytest.mark.parametrize("cell", ["\t" * 10**6, "; " * 10**6, ";" + " " * 10**6, ' ;"' * 10**6])
def test_a_long_cell_is_guarded_in_one_reading(cell):
    assert len(excel.guarded(cell)) <= len(cell) + 1


def decoded(data):
    assert data.startswith(b"\xef\xbb\xbf")
    return data.decode("utf-8-sig")


@pytest.mark.parametrize("number", ["+91981234", "+919812342728", "+123456789012345"])
def test_a_telephone_number_stays_whole_in_every_format(number):
    table = table_of("customer_number", cells=[number])
    assert number.encode() in written("excel-csv", table).splitlines()
    assert number.encode() in written("csv", table).splitlines()
    assert sheet(written("xlsx", table))[1] == [number]
    assert json.loads(written("jsonl", table)) == {"customer_number": number}


def test_the_excel_csv_has_times_that_excel_reads(lookup):
    told = list(csv.DictReader(io.StringIO(decoded(written("excel-csv", lookup_rows(lookup))))))
    assert told[1]["started_at"] == "2026-11-12 10:46:02"
    assert told[1]["ringing_at"] == "2026-11-12 10:46:03.500"
    assert told[1]["input_Name"] == "'=cmd()"
    assert told[2]["started_at"] == ""


def test_an_offset_west_or_with_seconds_is_cut_as_well():
    odd = timezone(-timedelta(hours=3, seconds=7))
    assert excel.readable_time(STARTED.astimezone(odd).isoformat()) == "2026-11-12 02:15:55"


@pytest.mark.parametrize("format_name", ["csv", "excel-csv"])
def test_an_export_of_nothing_is_its_header(format_name, team):
    data = written(format_name, lookup_rows(a_lookup(team)))
    assert data.removeprefix(b"\xef\xbb\xbf").decode() == ",".join(COLUMNS) + "\r\n"


def test_a_workbook_of_nothing_is_its_header_and_json_lines_are_empty(team):
    assert sheet(written("xlsx", lookup_rows(a_lookup(team)))) == [list(COLUMNS)]
    nothing = call_rows(search.apply(search.parse(""), team=team), team)
    assert written("jsonl", nothing) == b""


@pytest.mark.parametrize("format_name", ["csv", "excel-csv", "jsonl"])
def test_a_long_export_leaves_in_pieces_before_the_last_row_is_read(format_name):
    read = []

    def long():
        for place in range(5_000):
            read.append(place)
            yield (str(place), "x" * 100)

    chunks = exports.write(format_name, ["a", "b"], long())
    first = next(chunks)
    assert len(read) < 1_000
    assert len(first) < 100_000
    assert b"".join([first, *chunks]).count(b"\n") == 5_000 + (format_name != "jsonl")


def test_an_unknown_format_is_refused_with_those_that_exist():
    with pytest.raises(ExportError, match="csv, excel-csv, xlsx, jsonl"):
        exports.write("pdf", COLUMNS, [])


@pytest.mark.parametrize(
    ("format_name", "about", "name"),
    [
        ("csv", "lookup-318", "lookup-318-2026-11-23.csv"),
        ("excel-csv", "calls", "calls-2026-11-23-excel.csv"),
        ("xlsx", '../हिन्दी\r\n"x', "x-2026-11-23.xlsx"),
        ("jsonl", "???", "export-2026-11-23.jsonl"),
    ],
)
def test_a_file_name_is_plain_ascii(format_name, about, name):
    assert exports.filename(format_name, about=about, on=date(2026, 11, 23)) == name


def test_an_item_outcome_is_one_of_the_documented_words():
    assert set(LookupItem.Outcome.values) == {
        "found",
        "not_found",
        "failed",
        "cancelled",
        "pending",
    }
