"""What begins far down: a column, a key, the UUIDs themselves. Every row decides, not the first."""

from __future__ import annotations

import json

import pytest

from lookups.intake import summarise
from tests.unit.intake.made_files import workbook
from tests.unit.intake.tables import Cells, as_csv, as_json, as_json_lines, opened, uuids
from tests.uuids import some_uuids

OTHERS = some_uuids(5_000, seed=21)
OURS = some_uuids(5, seed=22)


def quoted(rows: Cells) -> bytes:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode()


def bare(rows: Cells) -> bytes:
    return as_csv([rows[0], *([cell.replace("-", "") for cell in row] for row in rows[1:])])


DRESSES = {
    "a.csv": as_csv,
    "quoted.csv": quoted,
    "bare.csv": bare,
    "upper.csv": lambda rows: as_csv([rows[0], *([c.upper() for c in row] for row in rows[1:])]),
    "a.txt": lambda rows: as_csv(rows, "\t"),
    "semicolons.csv": lambda rows: as_csv(rows, ";"),
    "a.xlsx": workbook,
    "a.json": as_json,
    "a.jsonl": as_json_lines,
}


def late(name: str, rows: int) -> Cells:
    header = ["request_id", name, "ticket"]
    early = [[OTHERS[n], "", f"T-{n}"] for n in range(rows)]
    return [header, *early, *([OTHERS[-n], OURS[n], "late"] for n in range(5))]


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("rows", [199, 200, 201, 3_000])
def test_the_column_named_after_phonon_wins_wherever_it_begins(dress: str, rows: int) -> None:
    source = opened(dress, DRESSES[dress](late("phonon_uuid", rows)))
    assert uuids(source) == OURS
    assert source.table is not None
    assert (source.table.column, source.table.question) == ("phonon_uuid", "")
    assert summarise(source).unique == 5


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("rows", [199, 3_000])
def test_a_second_column_of_uuids_is_a_question_wherever_it_begins(dress: str, rows: int) -> None:
    source = opened(dress, DRESSES[dress](late("other", rows)))
    assert source.table is not None
    assert source.table.holders == ("request_id", "other")
    assert source.table.question
    assert uuids(opened(dress, DRESSES[dress](late("other", rows)), column="other")) == OURS


@pytest.mark.parametrize("dress", DRESSES)
def test_a_holder_that_begins_late_is_the_only_one(dress: str) -> None:
    rows = [["note", "id"], *([f"n{n}", ""] for n in range(250)), *(["x", u] for u in OURS)]
    source = opened(dress, DRESSES[dress](rows))
    assert source.columns == ("note",)
    assert source.header_row == (0 if dress.endswith(("json", "jsonl")) else 1)
    assert uuids(source) == OURS


@pytest.mark.parametrize("dress", [dress for dress in DRESSES if not dress.startswith("a.json")])
def test_a_column_past_the_header_that_begins_late_is_named_by_its_place(dress: str) -> None:
    rows = [["id", "n"], *([u, "1"] for u in OTHERS[:300]), [OURS[0], "1", "more"]]
    if dress == "a.xlsx":
        rows = [[*row, *[""] * (3 - len(row))] for row in rows]
    assert opened(dress, DRESSES[dress](rows)).columns == ("n", "column 3")


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_key_that_begins_late_is_a_column(name: str) -> None:
    rows: list[dict[str, str]] = [{"uuid": u} for u in OTHERS[:300]]
    rows[-1]["ticket"] = "T"
    text = json.dumps(rows) if name == "a.json" else "\n".join(map(json.dumps, rows))
    assert opened(name, text.encode()).columns == ("ticket",)
