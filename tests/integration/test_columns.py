"""Which column of a table is looked up: asked where nobody can tell, whoever hands the table in."""

import io
import json

import pytest

from lookups import intake, lifecycle
from lookups.lifecycle import Asked, ColumnNotChosen
from lookups.lifecycle.uploads import Material, material_of_lookup, pasted
from lookups.models import Lookup
from tests.processes import manage
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db(transaction=True)

OURS, THEIRS = some_uuids(3), some_uuids(3, seed=2)
ROWS = list(zip(OURS, THEIRS, strict=True))
TWO = "ticket,ours,theirs\n" + "".join(f"T-1,{a},{b}\n" for a, b in ROWS)
NAMED = TWO.replace("theirs", "Phonon UUID")
LATE = (
    "request_id,phonon_uuid\n"
    + "".join(f"{uuid},\n" for uuid in some_uuids(220, seed=3))
    + "".join(f"{a},{b}\n" for a, b in ROWS)
)


@pytest.fixture
def asked(agent, credential):
    return Asked(credential, agent)


def material(name: str, text: str, column: str = "") -> Material:
    return Material(name, io.BytesIO(text.encode()), intake.Choices(column=column))


def looked_up(lookup: Lookup) -> list[str]:
    items = lookup.items.filter(kind="unique").order_by("position")
    return list(items.values_list("uuid", flat=True))


@pytest.mark.parametrize("name", ["two.csv", "two.tsv", "standard input", "two.dat"])
def test_nobody_can_submit_a_table_in_which_several_columns_may_be_meant(asked, name):
    data = TWO.replace(",", "\t") if name.endswith(".tsv") else TWO
    with pytest.raises(ColumnNotChosen) as refused:
        lifecycle.submit(material(name, data), asked)
    assert refused.value.columns == ("ours", "theirs")
    assert not Lookup.objects.exists()


@pytest.mark.parametrize(
    ("text", "column", "uuids", "chosen"),
    [
        (TWO, "theirs", THEIRS, "theirs"),
        (TWO, "*", [uuid for row in ROWS for uuid in row], "*"),
        (NAMED, "", THEIRS, "Phonon UUID"),
        (NAMED, "ours", OURS, "ours"),
        (LATE, "", THEIRS, "phonon_uuid"),
        ("uuid,note\n" + f"{OURS[0]},x\n", "", OURS[:1], "*"),
    ],
)
def test_what_was_chosen_and_what_goes_without_saying_stands_in_the_lookup(
    asked, text, column, uuids, chosen
):
    lookup = lifecycle.submit(material("a.csv", text, column), asked)
    assert looked_up(lookup) == uuids
    assert lookup.choices["column"] == chosen


def test_a_header_named_for_phonon_does_not_count_when_it_holds_something_else(asked):
    text = f"phonon_id,uuid\n4711,{OURS[0]}\n"
    assert looked_up(lifecycle.submit(material("a.csv", text), asked)) == OURS[:1]


def test_what_is_read_later_is_read_as_it_was_decided_at_first(asked, monkeypatch):
    monkeypatch.setattr("lookups.lifecycle.placing.CHUNK", 1)
    lookup = lifecycle.submit(material("a.csv", NAMED), asked)
    later = material_of_lookup(Lookup.objects.get(pk=lookup.pk))
    assert later.choices.column == "Phonon UUID"
    assert [entry.uuid for entry in intake.entries(later.source())] == THEIRS


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(OURS),
        ", ".join(OURS),
        "".join(f"{a}, {b}\n" for a, b in ROWS),
        "Hello, please look:\n" + "".join(f"{a}, thanks\n" for a in OURS),
        "see below\n" + "".join(f"{a}, {b}\n" for a, b in ROWS),
    ],
)
def test_lines_without_a_name_that_are_no_table_are_not_asked_about(asked, text):
    source = material("standard input", text).source()
    assert source.format == "text"
    assert lifecycle.submit(material("standard input", text), asked).unique in (3, 6)


def test_a_pasted_table_is_asked_about_as_a_file_is(asked):
    with pytest.raises(ColumnNotChosen):
        lifecycle.submit(pasted(TWO), asked)
    chosen = intake.Choices(column="theirs")
    assert looked_up(lifecycle.submit(pasted(TWO, chosen), asked)) == THEIRS


@pytest.mark.parametrize("name", ["a.txt", "a.json", "a.csv"])
def test_a_column_that_is_not_there_is_refused_and_not_passed_over(asked, name):
    text = json.dumps([OURS[0]]) if name == "a.json" else OURS[0]
    with pytest.raises(intake.NoSuchChoice):
        lifecycle.submit(material(name, text, "mine"), asked)


@pytest.fixture
def look_up(agent, make_credential, team, tmp_path):
    make_credential(team, label="ivr")

    def run(name: str, text: str, *more: str):
        (tmp_path / name).write_text(text)
        file = "-" if name == "-" else str(tmp_path / name)
        return manage(
            "lookup", file, "--team", "delays", "--credential", "ivr", "--by", "asha", "--json",
            *more, stdin=text if name == "-" else "", PULL_BACKOFF_SECONDS="0",
        )  # fmt: skip

    return run


@pytest.mark.parametrize("name", ["two.csv", "-"])
def test_the_command_asks_as_the_page_does_and_names_the_columns(look_up, name):
    done = look_up(name, TWO)
    assert (done.returncode, done.stdout) == (2, "")
    assert all(word in done.stderr for word in ("--column", "“ours”", "“theirs”"))
    assert not Lookup.objects.exists()


@pytest.mark.parametrize("name", ["two.csv", "-"])
def test_the_command_tells_the_column_it_was_given(look_up, name):
    facts = json.loads(look_up(name, TWO, "--column", "theirs").stdout)
    assert (facts["column"], facts["unique"]) == ("theirs", 3)
    assert looked_up(Lookup.objects.get()) == THEIRS


def test_the_command_tells_the_column_that_was_named_for_it(look_up):
    facts = json.loads(look_up("named.csv", NAMED).stdout)
    assert (facts["column"], facts["unique"]) == ("Phonon UUID", 3)


def test_a_column_that_the_file_lacks_is_wrong_use(look_up):
    done = look_up("two.csv", TWO, "--column", "mine")
    assert done.returncode == 2
    assert "no such column" in done.stderr
