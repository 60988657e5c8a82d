"""Whoever gives a name that is taken reads a sentence and never an error."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from lookups import people
from lookups.credentials import retiring
from lookups.models import Credential, Invitation, Member, Team, User
from tests.conftest import PASSWORD
from tests.faults.forms import credential_facts, team_facts, user_facts
from tests.faults.together import at_once, meet_after, told_instead

pytestmark = pytest.mark.django_db(transaction=True)
on_postgresql = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time"),
]

SLUG_TAKEN = "There is a team with this slug already. Choose another."
LABEL_TAKEN = "Your team has a credential with this label. Choose another."
NAME_TAKEN = "There is an account with this name already."


# ── Teams ───────────────────────────────────────────────────────────────────────────────────────


def test_a_slug_that_is_taken_is_told_on_the_command_line(team):
    with pytest.raises(CommandError, match=SLUG_TAKEN) as told:
        call_command("create_team", team.slug, name="Another")
    assert told.value.returncode == 2


def test_a_slug_that_is_taken_is_told_under_admin(team, superuser):
    page = superuser.post(reverse("admin:lookups_team_add"), team_facts(team.slug))
    assert page.status_code == 200
    assert SLUG_TAKEN in page.content.decode()


def test_of_two_who_make_one_team_at_once_the_second_is_told(db, monkeypatch):
    meet_after(monkeypatch, Team, "full_clean")
    ends = at_once(told_instead(lambda n: people.create_team("delays", name="Delays", by=None)), 2)
    assert sorted(map(str, ends)) == ["Delays", f"{{'slug': ['{SLUG_TAKEN}']}}"]


# ── Accounts ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["asha", "ASHA"])
def test_a_name_that_is_taken_is_told_under_admin(agent, manager, superuser, name):
    facts = {"username": name, "usable_password": "true"} | dict.fromkeys(
        ["password1", "password2"], "a-long-enough-one"
    )
    added = superuser.post(reverse("admin:lookups_user_add"), facts)
    assert added.status_code == 200
    assert "A user with that username already exists." in added.content.decode()
    changed = superuser.post(
        reverse("admin:lookups_user_change", args=[manager.pk]), user_facts(manager, username=name)
    )
    assert changed.status_code == 200
    assert "already" in changed.content.decode()
    assert User.objects.filter(username__iexact="asha").count() == 1


@pytest.mark.parametrize("name", ["asha", "ASHA"])
def test_a_name_that_is_taken_is_told_to_who_makes_a_superuser(agent, name, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a-long-enough-one")
    with pytest.raises(CommandError, match="already"):
        call_command("createsuperuser", username=name, email="", interactive=False)
    assert not User.objects.filter(is_superuser=True).exists()


def test_an_account_of_two_cases_is_refused_by_the_database(agent):
    with pytest.raises(ValidationError, match=NAME_TAKEN):
        User.objects.create_superuser("Asha", password="a-long-enough-one")


def test_of_two_managers_who_make_one_account_at_once_the_second_invites_it(
    team, manager, other_team, stranger, signed_in
):
    clients = [signed_in(manager), signed_in(stranger)]
    names = ["bela", "Bela"]

    def add(number: int) -> int:
        facts = {"username": names[number], "role": "agent"}
        return clients[number].post(reverse("member-add"), facts).status_code

    assert set(at_once(add, 2)) <= {200, 302}
    bela = User.objects.get(username__iexact="bela")
    assert bela.memberships.count() == 1
    assert Invitation.objects.filter(user=bela).count() == 1


def test_two_managers_who_add_one_person_at_once_ask_her_once(team, manager, stranger, signed_in):
    clients = [signed_in(manager), signed_in(manager)]

    def add(number: int) -> int:
        facts = {"username": stranger.username, "role": "agent"}
        return clients[number].post(reverse("member-add"), facts).status_code

    assert set(at_once(add, 2)) <= {200, 302}
    assert Invitation.objects.filter(team=team, user=stranger).count() == 1


@pytest.mark.parametrize("name", ["asha", "ASHA", "\uff41sha"])
def test_a_member_who_is_added_again_on_the_page_keeps_the_role(
    team, manager, agent, signed_in, name
):
    facts = {"username": name, "full_name": "Asha", "role": "manager"}
    page = signed_in(manager).post(reverse("member-add"), facts)
    assert page.status_code == 422
    told = "Asha Rao is in the team already. Change their role in the list above."
    assert told in page.content.decode()
    assert Member.objects.get(user=agent).role == "agent"


def test_a_member_who_is_added_again_by_command_gets_the_role(team, agent):
    call_command("create_member", agent.username, team=team.slug, role="manager", json=True)
    assert Member.objects.get(user=agent).role == "manager"


# ── Credentials ─────────────────────────────────────────────────────────────────────────────────


def test_a_label_that_is_taken_is_told_on_the_page(credential, make_credential, manager, signed_in):
    other = make_credential(credential.team, label="Hotel IVR")
    for address in (reverse("credential-new"), reverse("credential", args=[other.pk])):
        page = signed_in(manager).post(address, credential_facts(credential.label))
        assert page.status_code == 422
        assert LABEL_TAKEN in page.content.decode()


@pytest.mark.parametrize("is_new", [True, False])
def test_of_two_who_give_one_label_at_once_the_second_is_told_on_the_page(
    is_new, team, make_credential, manager, signed_in, monkeypatch
):
    stored = [make_credential(team, label=label) for label in ("One", "Two")]
    meet_after(monkeypatch, Credential, "full_clean", times=4)

    def save(number: int) -> tuple[int, str]:
        address = reverse("credential", args=[stored[number].pk])
        page = signed_in(manager).post(
            reverse("credential-new") if is_new else address, credential_facts("Three")
        )
        return page.status_code, page.content.decode()

    first, second = sorted(at_once(save, 2))
    assert (first[0], second[0]) == (302, 422)
    assert LABEL_TAKEN in second[1]


def test_of_two_commands_that_make_one_credential_at_once_the_second_is_told(team, monkeypatch):
    meet_after(monkeypatch, Credential, "full_clean")
    facts = {"team": team.slug, "label": "Delay IVR", "api_version": 1, "json": True}

    def save(_: int) -> object:
        try:
            call_command("set_credential", endpoint_url="http://127.0.0.1:9/pull", **facts)
        except CommandError as error:
            return f"{error} {error.returncode}"
        return ""

    assert sorted(at_once(save, 2)) == ["", f"{LABEL_TAKEN} 2"]


def test_a_label_that_a_retired_credential_would_get_is_told(
    credential, make_credential, manager, signed_in
):
    make_credential(credential.team, label=retiring.retired_label(credential))
    page = signed_in(manager).post(reverse("credential-retire", args=[credential.pk]), follow=True)
    assert "Change that one&#x27;s label first." in page.content.decode()
    credential.refresh_from_db()
    assert credential.state == "active"


# ── Under admin, at once ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "facts", "told"),
    [
        pytest.param("admin:lookups_team_add", "team", SLUG_TAKEN, marks=on_postgresql),
        pytest.param("admin:lookups_user_add", "user", "already exists", marks=on_postgresql),
    ],
)
def test_of_two_who_give_one_name_under_admin_at_once_the_second_is_told(
    superuser, monkeypatch, address, facts, told
):
    sent = {
        "team": team_facts("delays"),
        "user": {
            "username": "bela",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    }[facts]
    model = {"team": Team, "user": User}[facts]
    clients = [superuser, Client()]
    clients[1].cookies = superuser.cookies
    meet_after(monkeypatch, model, "validate_constraints", times=2)
    first, second = sorted(
        at_once(lambda n: clients[n].post(reverse(address), sent), 2),
        key=lambda page: -page.status_code,
    )
    assert (first.status_code, second.status_code) == (302, 200)
    assert told in second.content.decode()
    assert model.objects.count() == (2 if facts == "user" else 1)
