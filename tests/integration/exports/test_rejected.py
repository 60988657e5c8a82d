"""The file of rejected entries: harmless in a spreadsheet, and read right when it is handed in."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookups import exports, intake
from lookups.exports.excel import guarded
from tests.uuids import some_uuids

U, V, W = some_uuids(3)
HOSTILE = (
    f'=HYPERLINK("https://evil.test"),;=1+1,started_at,uuid\n=1+1,\t=2,=3,{U[:-1]}\n;@a,x,-4,{V}\n'
)


def rejected_file(name: str, text: str) -> bytes:
    source = intake.open_file(name, text.encode())
    left_out = (one for one in intake.entries(source) if one.kind is intake.Kind.REJECTED)
    columns = (*exports.REJECTED_COLUMNS, *source.columns)
    return b"".join(
        exports.write("excel-csv", columns, exports.rejected_rows(left_out, source.columns))
    )


def test_neither_names_nor_cells_of_an_upload_run_in_the_file_of_rejected_lines():
    header, row = csv.reader(io.StringIO(rejected_file("a.csv", HOSTILE).decode("utf-8-sig")))
    assert header[3:] == ['\'=HYPERLINK("https://evil.test")', "';'=1+1", "started_at"]
    assert row == ["2", "one digit short", U[:-1], "'=1+1", "'\t'=2", "'=3"]


def test_mended_and_handed_in_again_it_gives_the_uuids_and_the_columns():
    mended = rejected_file("a.csv", HOSTILE).replace(U[:-1].encode(), U.encode())
    source = intake.open_file("new lookup rejected.csv", mended)
    (entry,) = intake.entries(source)
    assert (entry.uuid, source.format) == (U, "csv")
    assert entry.columns["started_at"] == "'=3"
    assert set(source.columns) == set(entry.columns)


def test_handed_in_twice_it_gathers_no_apostrophes():
    once = rejected_file("a.csv", HOSTILE)
    again = rejected_file("again.csv", once.decode("utf-8-sig"))
    assert b"''" not in again
    assert again.count(b"'=HYPERLINK") == 1


@pytest.mark.parametrize("before", ["=", "-", "@", ";=", "\t=", "\n+", ", -", "\u200b=", "＝"])
def test_a_uuid_beside_a_guard_is_read_as_it_was(before):
    line = f"{before} {W.upper()}, {before}{V};x"
    assert uuids(guarded(line)) == uuids(line) != []


PIECES = st.sampled_from(
    [
        U,
        V.upper(),
        W.replace("-", ""),
        U[:-1],
        *"=+-@;,|\t\r\n \"'ax1＝﹣−\u200b\xa0",
        "\u2010",
        "--",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_the_guard_alters_no_uuid(text):
    assert uuids(guarded(text)) == uuids(text)


def test_a_guard_that_cut_a_uuid_would_be_found():
    assert uuids(U.replace("-", "-'", 1)) != uuids(U)


def uuids(text: str) -> list[str]:
    return [entry.uuid for entry in intake.entries(intake.open_text(text)) if entry.uuid]
