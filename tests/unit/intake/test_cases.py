"""Each file that people really have gives its right answer, whatever it is called."""

from __future__ import annotations

import pytest

from lookups.intake import entries, summarise, taken, taken_facts
from tests.cases_table import CASE_TABLE, CASES, Case
from tests.unit.intake.tables import content, opened, pasted, uuids

BY_FILE = {case.file: case for case in CASE_TABLE}


@pytest.mark.parametrize("case", CASE_TABLE, ids=list(BY_FILE))
def test_a_case_gives_its_right_answer(case: Case) -> None:
    source = opened(case.file, (CASES / case.file).read_bytes())
    found = uuids(source)
    assert len(found) == case.uuids if isinstance(case.uuids, int) else found == [*case.uuids]
    assert source.columns == case.columns
    assert taken(source) == taken_facts(source)["line"] == case.taken
    assert source.table is None or not source.table.question
    summary = summarise(source)
    assert summary.unique == len(set(found))
    assert summary.unique + summary.duplicates == len(found)


@pytest.mark.parametrize("file", BY_FILE)
@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.dat", "a.xls", "a"])
def test_content_decides_and_no_name(file: str, name: str) -> None:
    data = (CASES / file).read_bytes()
    assert content(opened(name, data)) == content(opened(file, data))
    assert taken(opened(name, data)) == BY_FILE[file].taken


@pytest.mark.parametrize("file", [file for file in BY_FILE if not file.endswith(".xlsx")])
def test_what_is_pasted_gives_the_answer_of_the_file(file: str) -> None:
    data = (CASES / file).read_bytes()
    assert content(pasted(data)) == content(opened(file, data))
    assert taken(pasted(data)) == BY_FILE[file].taken


def test_what_stands_in_the_cells_of_long_numbers_is_what_a_person_sees() -> None:
    first, *_ = entries(opened("a.xlsx", (CASES / "long-numbers.xlsx").read_bytes()))
    seen = {
        "Order 16": "1234567890123457",
        "Order 15": "123456789012345",
        "Phone zero fmt": "09812342728",
        "Text zero": "09812342728",
        "Duration": "0:01:31",
        "Bool": "TRUE",
        "Date": "2026-11-01",
    }
    assert seen.items() <= dict(first.columns).items()


def test_the_keys_of_a_reply_come_along_with_their_call() -> None:
    first, *_ = entries(opened("a.json", (CASES / "pull-reply.json").read_bytes()))
    assert first.columns["client-identifier"] == "PNR1"
    assert first.columns["request-id"] == "23f33d31-02cb-431d-aa1e-089dfa436d36"
