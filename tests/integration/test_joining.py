"""A person joins a second team when they say so, and works in a team until they switch."""

import pytest
from django.test import Client
from django.urls import reverse

from lookups import people
from lookups.models import AuditEvent, Invitation, Member, Team, User
from tests.integration.builders import join

pytestmark = pytest.mark.django_db


@pytest.fixture
def hers(signed_in, agent) -> Client:
    """Asha's browser, at work in her team."""
    client = signed_in(agent)
    client.get(reverse("new-lookup"))
    return client


@pytest.fixture
def invitation(agent, other_team, stranger, signed_in) -> Invitation:
    """Hotels asks Asha, through the page."""
    sent = {"username": "ASHA", "full_name": "", "role": "manager"}
    page = signed_in(stranger).post(reverse("member-add"), sent, follow=True)
    assert "Asha Rao has an account and is asked on their next page" in page.content.decode()
    return Invitation.objects.get(user=agent)


def answer(client: Client, invitation: Invitation, said: str, **how: bool):
    url = reverse("invitation-answer", args=[invitation.pk])
    return client.post(url, {"answer": said}, **how)


def teams_of(person: User) -> list[str]:
    return sorted(person.memberships.values_list("team__slug", flat=True))


def team_of(client: Client) -> Team:
    return client.get(reverse("team")).context["desk"].team


def test_an_invitation_opens_nothing(invitation, hers, agent, other_team):
    assert teams_of(agent) == ["delays"]
    assert hers.post(reverse("team-switch"), {"team": other_team.slug}).status_code == 404
    assert "Hotels</button>" not in hers.get(reverse("team")).content.decode()


def test_the_person_is_asked_on_their_next_page(invitation, hers, signed_in, manager):
    for name in ("new-lookup", "lookups", "calls", "team"):
        page = hers.get(reverse(name)).content.decode()
        assert "<strong>Hotels</strong> asks you to join as manager. Zoya Khan invited you." in page
    assert "asks you to join" not in signed_in(manager).get(reverse("team")).content.decode()


def test_the_team_page_shows_who_is_invited(invitation, signed_in, stranger):
    page = signed_in(stranger).get(reverse("team")).content.decode()
    assert "(invited)" in page
    assert "Manager, once they accept" in page


def test_who_accepts_is_a_member_and_stays_where_they_work(invitation, hers, agent, team):
    page = answer(hers, invitation, "yes", follow=True)
    assert "You are in the team Hotels now. You go on working in Flight delays" in (
        page.content.decode()
    )
    assert Member.objects.get(user=agent, team__slug="hotels").role == "manager"
    assert team_of(hers) == team
    assert not Invitation.objects.exists()


def test_who_declines_stays_out(invitation, hers, agent):
    page = answer(hers, invitation, "no", follow=True)
    assert "You have declined to join Hotels" in page.content.decode()
    assert teams_of(agent) == ["delays"]
    assert AuditEvent.objects.filter(event="invitation_declined", team_slug="hotels").exists()


def test_neither_yes_nor_no_is_asked_again(invitation, hers):
    page = answer(hers, invitation, "", follow=True)
    assert "Choose Accept or Decline" in page.content.decode()
    assert Invitation.objects.exists()


def test_nobody_answers_for_another_person(invitation, signed_in, manager, stranger, agent):
    for other in (manager, stranger):
        assert answer(signed_in(other), invitation, "yes").status_code == 404
    assert teams_of(agent) == ["delays"]


def test_a_second_click_is_told_so(invitation, hers):
    answer(hers, invitation, "yes")
    page = answer(hers, invitation, "yes")
    assert page.status_code == 404
    assert "You come too late" in page.content.decode()


def test_an_invitation_can_be_taken_back(invitation, hers, signed_in, stranger, agent):
    url = reverse("invitation-take-back", args=[invitation.pk])
    assert signed_in(stranger).post(url).status_code == 302
    assert answer(hers, invitation, "yes").status_code == 404
    assert teams_of(agent) == ["delays"]


def test_an_invitation_taken_back_at_the_same_moment_is_no_fault(invitation, hers, monkeypatch):
    taken = people.accept

    def too_late(held: Invitation) -> Member:
        Invitation.objects.all().delete()
        return taken(held)

    monkeypatch.setattr(people, "accept", too_late)
    assert "You come too late" in answer(hers, invitation, "yes").content.decode()


def test_an_agent_takes_no_invitation_back(invitation, signed_in, agent, other_team, db):
    clerk, _ = people.add_member(other_team, username="dev", role="agent", by=None)
    url = reverse("invitation-take-back", args=[invitation.pk])
    assert signed_in(clerk.user).post(url).status_code == 403


def test_asking_twice_is_one_invitation_with_the_newer_role(invitation, other_team, stranger):
    again, is_new = people.add_member(other_team, username="asha", role="agent", by=stranger)
    assert (again.pk, again.role, is_new) == (invitation.pk, "agent", False)


def test_whoever_made_the_account_reads_nothing_of_the_team_that_adds_it(
    signed_in, manager, stranger, other_team
):
    """A manager gave the password, as managers could; another team adds the same person."""
    nina, _ = people.add_member(
        Team.objects.get(slug="delays"), username="nina", role="agent", by=manager,
        password="known-to-ravi",
    )  # fmt: skip
    signed_in(stranger).post(reverse("member-add"), {"username": "nina", "role": "agent"})
    his = Client()
    assert his.login(username="nina", password="known-to-ravi")
    assert his.post(reverse("team-switch"), {"team": other_team.slug}).status_code == 404
    assert teams_of(nina.user) == ["delays"]


def test_a_team_that_comes_earlier_moves_nobody(hers, agent, team):
    join(agent, people.create_team("aaa", name="AAA first", by=None))
    assert team_of(hers) == team


def test_a_switch_holds_for_this_session_alone(hers, agent, team, other_team, signed_in):
    join(agent, other_team)
    elsewhere = signed_in(agent)
    elsewhere.post(reverse("team-switch"), {"team": "hotels"})
    assert (team_of(hers), team_of(elsewhere)) == (team, other_team)


def test_a_superuser_stays_in_a_team_when_another_is_made(signed_in, team):
    client = signed_in(User.objects.create_superuser("boss"))
    assert team_of(client) == team
    people.create_team("aaa", name="AAA first", by=None)
    assert team_of(client) == team


def test_who_is_taken_out_of_a_team_is_told_and_chooses_another(hers, agent, team, other_team):
    join(agent, other_team)
    Member.objects.filter(user=agent, team=team).delete()
    for name in ("new-lookup", "lookups", "calls", "team"):
        page = hers.get(reverse(name))
        assert page.status_code == 403
        assert "You are not in Flight delays any more" in page.content.decode()
    assert 'value="hotels"' in page.content.decode()
    hers.post(reverse("team-switch"), {"team": "hotels"})
    assert team_of(hers) == other_team


def test_who_is_taken_out_of_the_only_team_is_told_whom_to_ask(hers, agent):
    Member.objects.filter(user=agent).delete()
    page = hers.get(reverse("lookups")).content.decode()
    assert "You are not in Flight delays any more" in page
    assert "Ask a manager to add <strong>asha</strong>" in page


def test_who_is_in_no_team_can_accept_and_goes_on_there(hers, agent, invitation, other_team):
    Member.objects.filter(user=agent).delete()
    assert "asks you to join" in hers.get(reverse("lookups")).content.decode()
    answer(hers, invitation, "yes")
    assert team_of(hers) == other_team


def test_a_person_added_again_to_their_team_keeps_the_role_and_is_not_asked(
    agent, team, signed_in, manager
):
    sent = {"username": "asha", "full_name": "", "role": "manager"}
    page = signed_in(manager).post(reverse("member-add"), sent)
    assert "Asha Rao is in the team already" in page.content.decode()
    assert Member.objects.get(user=agent).role == "agent"
    assert not Invitation.objects.exists()
