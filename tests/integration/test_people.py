"""Teams keep a manager, people keep their account, and a form says for which team it is."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from lookups import people
from lookups.models import Credential, Member, User
from tests.integration.builders import join

pytestmark = pytest.mark.django_db
NEW = {"username": "nina", "full_name": "Nina", "role": "agent"}


@pytest.fixture
def client(signed_in, manager):
    return signed_in(manager)


@pytest.mark.parametrize("how", ["change", "remove"])
def test_a_team_never_loses_its_last_manager(client, team, manager, how):
    member = Member.objects.get(user=manager)
    role = {"change": "agent", "remove": "remove"}[how]
    url = reverse("member-change", args=[member.pk])
    page = client.post(url, {"role": role}, follow=True)
    assert "A team needs a manager" in page.content.decode()
    assert Member.objects.for_team(team).get(user=manager).role == Member.Role.MANAGER


def test_the_last_manager_is_added_as_agent_by_no_command(team, manager):
    with pytest.raises(CommandError, match="A team needs a manager"):
        call_command("create_member", "ravi", team=team.slug, role="agent", json=True)
    assert Member.objects.get(user=manager).role == Member.Role.MANAGER


def test_the_name_of_a_person_to_add_is_not_offered_from_the_sign_in(client):
    field = client.get(reverse("team")).context["form"]["username"]
    assert 'autocomplete="off"' in str(field)


def test_a_form_of_another_tab_makes_nothing_in_the_wrong_team(
    client, team, other_team, manager, emulator
):
    join(manager, other_team, role="manager")
    client.post(reverse("team-switch"), {"team": other_team.slug})
    page = client.post(reverse("member-add"), NEW | {"desk": team.slug})
    assert page.status_code == 403
    assert "another tab" in page.content.decode()
    sent = {"desk": team.slug, "label": "x", "endpoint_url": emulator.url(1), "api_version": 1}
    assert client.post(reverse("credential-new"), sent).status_code == 403
    assert not User.objects.filter(username="nina").exists()
    assert not Credential.objects.exists()


def test_every_form_that_makes_something_says_for_which_team(client, team):
    for name in ("new-lookup", "credential-new", "team"):
        page = client.get(reverse(name)).content.decode()
        assert f'name="desk" value="{team.slug}"' in page


def test_who_leaves_a_team_is_told_and_lands_elsewhere(client, team, manager, other_team):
    people.add_member(team, username="nina", role="manager", by=None)
    join(manager, other_team)
    url = reverse("member-change", args=[Member.objects.get(user=manager, team=team).pk])
    page = client.post(url, {"role": "remove"}, follow=True)
    assert "You have left the team Flight delays" in page.content.decode()
    assert page.context["desk"].team == other_team


def test_a_new_password_is_confirmed_and_keeps_this_session(client, manager):
    sent = {
        "old_password": "cast-password",
        "new_password1": "another-long-one",
        "new_password2": "another-long-one",
    }
    page = client.post(reverse("password"), sent, follow=True)
    assert "Your password is changed" in page.content.decode()
    manager.refresh_from_db()
    assert manager.check_password("another-long-one")


@pytest.mark.parametrize("name", ["\uff41\uff53\uff48\uff41", "\uff21sha", "a\u017fha", "ASHA"])
def test_a_name_in_other_letters_is_the_account_that_is_there(team, agent, name):
    place, is_new = people.add_member(team, username=name, role="agent", by=None)
    assert (place.user, is_new) == (agent, False)


@pytest.mark.parametrize("name", ["ÄRGER", "\u00c4rger", "A\u0308RGER"])
def test_letters_beyond_ascii_are_compared_whatever_their_case(team, name):
    first, _ = people.add_member(team, username="ärger", role="agent", by=None)
    place, is_new = people.add_member(team, username=name, role="agent", by=None)
    assert (place.user, is_new) == (first.user, False)


def test_names_of_different_letters_are_different_accounts(team):
    for name in ("straße", "strasse", "ärger", "arger"):
        assert people.add_member(team, username=name, role="agent", by=None)[1]


def test_the_team_page_stores_a_name_as_the_sign_in_form_reads_it(client, db):
    client.post(reverse("member-add"), NEW | {"username": "\uff4e\uff49\uff4e\uff41"})
    assert User.objects.filter(username="nina").exists()


def test_a_name_that_is_too_long_once_it_is_read_is_told(client, db):
    page = client.post(reverse("member-add"), NEW | {"username": "\ufb03" * 60})
    assert page.status_code == 422


def test_the_command_stores_a_name_as_the_sign_in_form_reads_it(team, settings):
    settings.PUBLIC_URL = "https://portal.example.com"
    call_command(
        "create_member", "\uff4e\uff49\uff4e\uff41", team=team.slug, role="agent", json=True
    )
    assert User.objects.filter(username="nina").exists()
