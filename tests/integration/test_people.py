"""Teams keep a manager, people keep their account, and a form says for which team it is."""

import pytest
from django.urls import reverse

from lookups import people
from lookups.models import Credential, Member, User

pytestmark = pytest.mark.django_db
NEW = {"username": "nina", "full_name": "Nina", "role": "agent", "password": "a-long-passphrase"}


@pytest.fixture
def client(signed_in, manager):
    return signed_in(manager)


def test_a_manager_adds_a_person_who_can_sign_in_at_once(client, team):
    client.post(reverse("member-add"), NEW)
    member = Member.objects.for_team(team).get(user__username="nina")
    assert member.user.check_password("a-long-passphrase")


def test_a_weak_first_password_is_refused_on_the_page(client):
    page = client.post(reverse("member-add"), NEW | {"password": "12345678"})
    assert page.status_code == 422
    assert not User.objects.filter(username="nina").exists()


def test_an_account_that_exists_joins_and_keeps_its_password(client, team, stranger):
    before = stranger.password
    client.post(reverse("member-add"), NEW | {"username": "ZOYA", "password": ""})
    assert Member.objects.for_team(team).filter(user=stranger).exists()
    stranger.refresh_from_db()
    assert stranger.password == before


def test_nobody_sets_the_password_of_an_account_that_exists(client, stranger):
    page = client.post(reverse("member-add"), NEW | {"username": "zoya"})
    assert "keeps their own password" in page.content.decode()
    assert not User.objects.get(username="zoya").check_password("a-long-passphrase")


@pytest.mark.parametrize("how", ["change", "remove", "add"])
def test_a_team_never_loses_its_last_manager(client, team, manager, how):
    member = Member.objects.get(user=manager)
    if how == "add":
        sent = NEW | {"username": "ravi", "password": ""}
        page = client.post(reverse("member-add"), sent)
    else:
        role = {"change": "agent", "remove": "remove"}[how]
        url = reverse("member-change", args=[member.pk])
        page = client.post(url, {"role": role}, follow=True)
    assert "A team needs a manager" in page.content.decode()
    assert Member.objects.for_team(team).get(user=manager).role == Member.Role.MANAGER


def test_a_form_of_another_tab_makes_nothing_in_the_wrong_team(
    client, team, other_team, manager, emulator
):
    people.add_member(other_team, username="ravi", role="manager", by=None)
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
    people.add_member(other_team, username="ravi", role="agent", by=None)
    url = reverse("member-change", args=[Member.objects.get(user=manager, team=team).pk])
    page = client.post(url, {"role": "remove"}, follow=True)
    assert "You have left the team Flight delays" in page.content.decode()


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
