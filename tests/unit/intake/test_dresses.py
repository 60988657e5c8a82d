"""Properties: a table gives the same UUIDs, columns and sums in whatever dress it comes."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookups.intake import Source, summarise
from tests.unit.intake.made_files import ods, ods_row, workbook
from tests.unit.intake.tables import (
    CALLS,
    REQUESTS,
    Cells,
    as_csv,
    as_json,
    as_json_lines,
    content,
    opened,
    pasted,
)

# Each case starts processes of its own, so there are fewer than of other properties.
few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def as_html(rows: Cells) -> bytes:
    lines = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>".encode()


def as_ods(rows: Cells) -> bytes:
    return ods("".join(ods_row(1, 1, *map(html.escape, row)) for row in rows))


DRESSES: dict[str, Callable[[Cells], Source]] = {
    "paste": lambda rows: pasted(as_csv(rows, "\t")),
    "commas": lambda rows: opened("a.csv", as_csv(rows)),
    "semicolons": lambda rows: opened("a.csv", as_csv(rows, ";")),
    "tabs": lambda rows: opened("a.txt", as_csv(rows, "\t")),
    "bars": lambda rows: opened("a", as_csv(rows, "|")),
    "JSON": lambda rows: opened("a.json", as_json(rows)),
    "JSON Lines": lambda rows: opened("a.jsonl", as_json_lines(rows)),
    "XLSX": lambda rows: opened("a.xlsx", workbook([list(row) for row in rows])),
    "ODS": lambda rows: opened("a.ods", as_ods(rows)),
    "HTML": lambda rows: opened("a.xls", as_html(rows)),
}
TABLES = [dress for dress in DRESSES if not dress.startswith("JSON")]
words = st.text(alphabet="abcé&<", min_size=1, max_size=8).map(lambda word: f"w{word}w")
rows = st.lists(
    st.tuples(st.sampled_from(CALLS), words, st.sampled_from(REQUESTS)), min_size=2, max_size=6
)
HEADER = ["Phonon UUID", "Customer", "Request ID"]


def told(source: Source) -> tuple[object, ...]:
    """Entries, columns and sums."""
    sums = summarise(source)
    counts = sums.entries, sums.unique, sums.duplicates, sums.rejected, sums.blank
    return content(source), source.columns, counts


@few
@given(rows)
def test_every_dress_gives_the_same(body: list[tuple[str, str, str]]) -> None:
    table = [HEADER, *map(list, body)]
    expected = [(row[0], {"Customer": row[1], "Request ID": row[2]}) for row in body]
    for name, dress in DRESSES.items():
        found, columns, counts = told(dress(table))
        assert found == expected, name
        assert columns == ("Customer", "Request ID"), name
        known = len({row[0] for row in body})
        assert counts == (len(body), known, len(body) - known, 0, 0), name


@few
@given(rows, st.lists(words, min_size=1, max_size=4), st.booleans())
def test_title_rows_change_nothing_in_any_dress(
    body: list[tuple[str, str, str]], titles: list[str], is_apart: bool
) -> None:
    table = [HEADER, *map(list, body)]
    above = [[title, "", ""] for title in titles] + [["", "", ""]] * is_apart
    for name in TABLES:
        assert told(DRESSES[name]([*above, *table])) == told(DRESSES[name](table)), name


@pytest.mark.parametrize("dress", DRESSES)
def test_late_columns_change_nothing_of_the_rows_before(dress: str) -> None:
    table = [["Phonon UUID", "Customer"], *([CALLS[n % 6], f"P{n}"] for n in range(250))]
    late = [[*table[0], "Other ID"], *([*row, ""] for row in table[1:])]
    late[-1][2] = REQUESTS[0]
    before, after = DRESSES[dress](table), DRESSES[dress](late)
    assert [uuid for uuid, _ in content(after)] == [uuid for uuid, _ in content(before)]
    assert after.columns == (*before.columns, "Other ID")
    assert summarise(after).entries == summarise(before).entries
