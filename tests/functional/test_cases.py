"""Each file that people really have, through the command line."""

import json

import pytest

from lookups.models import Lookup
from tests.cases_table import CASE_TABLE, CASES, Case
from tests.processes import manage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def look_up(agent, make_credential, team):
    make_credential(team, label="ivr")

    def run(file: str, *more: str):
        return manage(
            "lookup", str(CASES / file), "--team", "delays", "--credential", "ivr", "--by", "asha",
            "--no-wait", "--json", *more,
        )  # fmt: skip

    return run


def uuids(lookup: Lookup) -> list[str]:
    return list(lookup.items.exclude(uuid="").order_by("position").values_list("uuid", flat=True))


@pytest.mark.parametrize("case", CASE_TABLE, ids=[case.file for case in CASE_TABLE])
def test_a_case_is_looked_up_by_its_right_answer(look_up, case: Case):
    done = look_up(case.file)
    assert done.returncode == 0, done.stderr
    facts, lookup = json.loads(done.stdout), Lookup.objects.get()
    assert facts["taken"]["line"] == case.taken
    assert case.taken in done.stderr
    found = uuids(lookup)
    assert len(found) == case.uuids if isinstance(case.uuids, int) else found == [*case.uuids]
    assert lookup.input_columns == [*case.columns]


@pytest.mark.parametrize(
    ("file", "flags", "count", "said"),
    [
        ("filtered-rows.xlsx", ["--hidden-rows", "include"], 10, "7 hidden rows included"),
        ("filtered-rows.xlsx", ["--hidden-rows", "leave-out"], 3, "7 hidden rows left out"),
        ("hidden-first-sheet.xlsx", ["--sheet", "Old October"], 3, "Hidden sheet Old October"),
        ("late-uuid-column.csv", ["--column", "request_id"], 215, "Column request_id"),
        ("pull-reply.json", ["--column", "attempt-id"], 3, "key attempt-id"),
        ("pull-reply.json", ["--column", "*"], 9, "every key"),
        ("mail-quoted-printable.eml", ["--part", "HTML text"], 5, "Part HTML text"),
    ],
)
def test_each_choice_has_a_flag(look_up, file, flags, count, said):
    done = look_up(file, *flags)
    assert done.returncode == 0, done.stderr
    assert said in done.stderr
    assert len(uuids(Lookup.objects.get())) == count


def test_a_choice_that_the_file_lacks_is_wrong_use(look_up):
    for flags in (["--sheet", "Tomorrow"], ["--hidden-rows", "maybe"]):
        assert look_up("filtered-rows.xlsx", *flags).returncode == 2
    assert look_up("mail-quoted-printable.eml", "--part", "calls.csv").returncode == 2
    assert not Lookup.objects.exists()
