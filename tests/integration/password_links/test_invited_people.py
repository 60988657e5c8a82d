"""Who may make a link for a person that a team has invited."""

import pytest
from django.test import Client
from django.urls import reverse

from lookups import people
from lookups.models import User
from tests.integration.password_links.links import (
    CHOSEN,
    NEW,
    link_in,
    open_link,
    signs_in,
    use_link,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def without_a_team(client, nina, manager) -> User:
    """Nina was taken out of her only team before she had a password."""
    people.remove(nina.memberships.get(), by=manager)
    return nina


def test_the_team_that_invites_a_person_without_team_and_password_gets_a_link(
    without_a_team, signed_in, stranger, other_team
):
    zoya = signed_in(stranger)
    use_link(link_in(zoya.post(reverse("member-add"), NEW)))
    hers = Client()
    assert hers.login(username="nina", password=CHOSEN)
    invitation = without_a_team.invitations.get()
    hers.post(reverse("invitation-answer", args=[invitation.pk]), {"answer": "yes"})
    assert without_a_team.memberships.get().team == other_team


def test_the_team_page_makes_a_new_link_for_an_invited_person(without_a_team, signed_in, stranger):
    zoya = signed_in(stranger)
    first = link_in(zoya.post(reverse("member-add"), NEW))
    url = reverse("invitation-link", args=[without_a_team.invitations.get().pk])
    assert url in zoya.get(reverse("team")).content.decode()
    use_link(link_in(zoya.post(url)))
    assert open_link(first).status_code == 410
    assert signs_in("nina")
    assert url not in zoya.get(reverse("team")).content.decode()
    assert "You cannot make a link" in zoya.post(url, follow=True).content.decode()


def test_of_two_teams_that_invite_a_person_neither_makes_a_link(
    without_a_team, client, signed_in, stranger
):
    zoya = signed_in(stranger)
    link = link_in(zoya.post(reverse("member-add"), NEW))
    client.post(reverse("member-add"), NEW)
    assert open_link(link).status_code == 410
    for browser, team in ((zoya, "hotels"), (client, "delays")):
        invitation = without_a_team.invitations.get(team__slug=team)
        page = browser.post(reverse("invitation-link", args=[invitation.pk]), follow=True)
        assert "You cannot make a link" in page.content.decode()


def test_no_other_team_and_no_agent_makes_a_link_for_an_invited_person(
    without_a_team, client, signed_in, stranger, agent
):
    signed_in(stranger).post(reverse("member-add"), NEW)
    url = reverse("invitation-link", args=[without_a_team.invitations.get().pk])
    assert client.post(url).status_code == 404
    assert signed_in(agent).post(url).status_code == 403
