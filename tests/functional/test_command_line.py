"""The commands as scripts call them: exit codes, JSON on stdout, words on stderr."""

import csv
import io
import json

import pytest
from django.test import Client

from lookups.emulator import DEMO_FLOW_ID, DEMO_SECURITY_ID
from lookups.exports import COLUMNS
from lookups.models import Lookup, User
from tests.processes import manage
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def set_up(agent, make_credential, team) -> None:
    """A team, an agent and a working credential with the label `ivr`."""
    make_credential(team, label="ivr")


def set_credential(url: str, *more: str, label: str = "ivr", security_id: str = DEMO_SECURITY_ID):
    return manage(
        "set_credential", "--team", "delays", "--label", label, "--endpoint-url", url,
        "--api-version", "2", "--flow-id", DEMO_FLOW_ID, "--security-id-stdin", *more,
        stdin=f"{security_id}\n",
    )  # fmt: skip


def look_up(text: str, *more: str, credential: str = "ivr"):
    return manage(
        "lookup", "-", "--team", "delays", "--credential", credential, "--by", "asha", "--json",
        *more, stdin=text, PULL_BACKOFF_SECONDS="0",
    )  # fmt: skip


def test_an_operator_sets_up_a_team_a_member_and_a_credential(transactional_db, emulator):
    team = manage("create_team", "delays", "--name", "Flight delays", "--json")
    assert json.loads(team.stdout) == {"team": "delays", "name": "Flight delays"}, team.stderr
    member = manage(
        "create_member", "asha", "--team", "delays", "--role", "agent", "--password-stdin",
        stdin="a-long-passphrase\n",
    )  # fmt: skip
    assert member.returncode == 0, member.stderr
    saved = set_credential(emulator.url(2))
    assert saved.returncode == 0, saved.stderr
    assert json.loads(look_up(some_uuids(1)[0]).stdout)["status"] == "done"


def create_member(username: str, *more: str, team: str = "delays", **settings: str):
    return manage(
        "create_member", username, "--team", team, "--role", "agent", *more, **settings
    )  # fmt: skip


def test_a_new_account_gets_a_link_at_the_portals_address(team):
    made = create_member("nina", "--json", PUBLIC_URL="https://portal.example.com")
    facts = json.loads(made.stdout)
    assert (facts["new_account"], facts["invited"]) == (True, False), made.stderr
    assert facts["link"].startswith("https://portal.example.com/welcome/")
    assert "works once, within 72 hours" in made.stderr
    path = facts["link"].removeprefix("https://portal.example.com")
    assert Client().get(path, follow=True).status_code == 200
    again = create_member("nina", PUBLIC_URL="https://portal.example.com")
    assert "link: https://portal.example.com/welcome/" in again.stdout
    assert Client().get(path, follow=True).status_code == 410


def test_a_link_without_the_portals_address_says_what_to_set_and_makes_nothing(team):
    done = create_member("nina", PUBLIC_URL="")
    assert done.returncode == 2
    assert "PUBLIC_URL" in done.stderr
    assert not User.objects.filter(username="nina").exists()


def test_a_person_of_another_team_is_invited(agent, other_team):
    done = create_member("asha", "--json", team="hotels")
    facts = json.loads(done.stdout)
    assert (facts["new_account"], facts["invited"], facts["link"]) == (False, True, None)
    assert not agent.memberships.filter(team=other_team).exists()


def test_a_lost_password_is_mended_by_a_link_that_ends_it(agent):
    done = manage("password_link", "asha", "--json", PUBLIC_URL="https://portal.example.com")
    assert json.loads(done.stdout)["link"].startswith("https://portal.example.com/welcome/")
    agent.refresh_from_db()
    assert not agent.has_usable_password()
    assert manage("password_link", "asha", PUBLIC_URL="").returncode == 2


def test_a_thousand_uuids_some_twice_some_broken(set_up):
    uuids = some_uuids(1000)
    lines = [*uuids, *uuids[:50], *(uuid[:-1] for uuid in uuids[50:80]), "", "no id here"]
    done = look_up("\n".join(lines))
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)

    assert facts["entries"] == 1082
    assert facts["entries"] == (
        facts["unique"] + facts["duplicates"] + facts["rejected"] + facts["blank"]
    )
    assert (facts["unique"], facts["duplicates"]) == (1000, 50)
    assert (facts["rejected"], facts["blank"]) == (31, 1)
    assert facts["unique"] == facts["found"] + facts["not_found"]
    assert facts["requests"] <= 5

    out = manage("export", "--team", "delays", "--lookup", str(facts["lookup"]), "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out.stdout)))
    assert tuple(rows[0]) == COLUMNS
    without = [row for row in rows if not row["attempt_number"]]
    assert len(rows) == facts["attempts"] + len(without)
    assert {row["phonon_uuid"] for row in rows} == set(uuids)
    assert [row["position"] for row in rows] == sorted((r["position"] for r in rows), key=int)


def test_stdout_holds_one_json_object_and_the_words_go_to_stderr(set_up, emulator):
    set_credential(emulator.url(2), label="wrong", security_id="f" * 64)
    done = look_up(some_uuids(1)[0], credential="wrong")
    assert done.returncode == 1
    assert json.loads(done.stdout)["status"] == "waiting"
    assert "paused" in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "empty"), ("\n\n", "nothing here"), ("hello\nworld", "no Phonon UUID")],
)
def test_input_without_a_uuid_is_a_sentence_and_stores_nothing(set_up, text, said):
    done = look_up(text)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not Lookup.objects.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["lookup", "-", "--team", "nobody", "--credential", "ivr", "--by", "asha"],
        ["lookup", "-", "--team", "delays", "--credential", "none", "--by", "asha"],
        ["lookup", "/no/such/file", "--team", "delays", "--credential", "ivr", "--by", "asha"],
        ["lookup", "-", "--team", "delays", "--credential", "ivr"],
        ["export", "--team", "delays", "--lookup", "99", "--format", "csv"],
        ["export", "--team", "delays", "--query", "colour:red", "--format", "csv"],
        ["export", "--team", "delays", "--format", "pdf"],
        ["prune"],
        ["create_member", "asha", "--team", "delays", "--role", "king"],
        ["password_link", "nobody"],
    ],
    ids=lambda arguments: " ".join(arguments)[:50],
)
def test_wrong_use_exits_with_2_and_a_sentence(set_up, arguments):
    done = manage(*arguments)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_failed_items_make_the_run_fail_but_keep_the_sums(set_up, emulator):
    set_credential(emulator.url(2, "fault=code999"), label="broken")
    done = look_up("\n".join(some_uuids(3)), credential="broken")
    facts = json.loads(done.stdout)
    assert done.returncode == 1
    assert (facts["status"], facts["failed"], facts["pending"]) == ("done", 3, 0)


def test_the_secret_is_on_no_command_line_and_in_no_output(set_up, emulator):
    saved = set_credential(emulator.url(2), "--max-uuids", "100")
    assert DEMO_SECURITY_ID not in saved.stdout + saved.stderr + " ".join(saved.args)


def test_an_export_to_a_file_is_whole_or_not_there(set_up, tmp_path):
    look_up("\n".join(some_uuids(5)))
    target = tmp_path / "calls.xlsx"
    done = manage(
        "export", "--team", "delays", "--format", "xlsx", "--output", str(target), "--json"
    )
    assert json.loads(done.stdout)["bytes"] == target.stat().st_size
    nowhere = manage("export", "--team", "delays", "--format", "csv", "--output", "/no/dir/x.csv")
    assert nowhere.returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["calls.xlsx"]


def test_the_doctor_names_what_to_mend(set_up, emulator):
    well = manage("doctor", "--json")
    assert json.loads(well.stdout)["well"], well.stdout
    other_key = manage("doctor", CREDENTIAL_KEYS="t9:" + "A" * 43 + "=")
    assert other_key.returncode == 1
    assert "cannot be opened" in other_key.stdout
