"""A new account sets its own password by a link that works once, and nobody else ever knows it."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.forms import SetPasswordForm
from django.test import Client
from django.urls import reverse

from lookups import people
from lookups.models import AuditEvent, Member, User
from lookups.people import browsers, password_links
from tests.integration.builders import join
from tests.integration.password_links.links import (
    CHOSEN,
    NEW,
    link_in,
    open_link,
    signs_in,
    use_link,
)

pytestmark = pytest.mark.django_db


def test_a_manager_adds_a_person_and_gets_a_link_for_them(client, team):
    page = client.post(reverse("member-add"), NEW)
    assert Member.objects.for_team(team).get(user__username="nina").role == "agent"
    assert use_link(link_in(page)).status_code == 200
    assert signs_in("nina")


def test_a_manager_can_give_no_password(client):
    assert "password" not in client.get(reverse("team")).context["form"].fields
    client.post(reverse("member-add"), NEW | {"password": CHOSEN})
    assert not signs_in("nina")


def test_a_link_works_once(client):
    link = link_in(client.post(reverse("member-add"), NEW))
    use_link(link)
    assert open_link(link).status_code == 410
    assert "This link is used up" in use_link(link, "another-passphrase").content.decode()
    assert signs_in("nina")


def test_of_two_who_have_the_form_open_the_second_comes_too_late(client):
    link = link_in(client.post(reverse("member-add"), NEW))
    second = Client()
    form = open_link(link, second)
    nina = User.objects.get(username="nina")
    use_link(link)
    with pytest.raises(password_links.PasswordChanged):
        password_links.use(nina, "another-passphrase")
    sent = {"new_password1": "another-passphrase", "new_password2": "another-passphrase"}
    assert second.post(form.wsgi_request.path, sent).status_code == 410
    assert signs_in("nina")


def test_two_who_send_the_form_at_the_same_moment_are_one_and_a_sentence(client, monkeypatch):
    link = link_in(client.post(reverse("member-add"), NEW))
    second = Client()
    form = open_link(link, second)
    checked = SetPasswordForm.clean

    def meanwhile(self):
        monkeypatch.setattr(SetPasswordForm, "clean", checked)
        use_link(link)
        return checked(self)

    monkeypatch.setattr(SetPasswordForm, "clean", meanwhile)
    sent = {"new_password1": "another-passphrase", "new_password2": "another-passphrase"}
    late = second.post(form.wsgi_request.path, sent)
    assert late.status_code == 410
    assert signs_in("nina")


def test_a_new_link_ends_the_one_before(client, nina):
    first = password_links.make(User.objects.get(pk=nina.pk), by=None)
    member = Member.objects.get(user=nina)
    second = link_in(client.post(reverse("member-link", args=[member.pk])))
    assert open_link(first).status_code == 410
    assert open_link(second).status_code == 200


@pytest.mark.parametrize(("hours", "status"), [(71.9, 200), (72.1, 410)])
def test_a_link_works_for_72_hours(nina, monkeypatch, hours, status):
    link = password_links.make(nina, by=None)
    then = datetime.now() + timedelta(hours=hours)
    monkeypatch.setattr(password_links.Tokens, "_now", lambda self: then)
    assert open_link(link).status_code == status


def test_a_link_of_a_disabled_account_opens_nothing(nina):
    link = password_links.make(nina, by=None)
    User.objects.filter(pk=nina.pk).update(is_active=False)
    assert open_link(link).status_code == 410


@pytest.mark.parametrize(
    "path", ["/welcome/x/y/", "/welcome/MQ/set-password/", "/welcome/OTk5/a-b/"]
)
def test_a_made_up_link_is_a_sentence(db, path):
    page = open_link(path)
    assert page.status_code == 410
    assert "This link is used up" in page.content.decode()


def test_the_token_leaves_the_address_line_and_is_on_no_page(nina):
    link = password_links.make(nina, by=None)
    token = link.split("/")[-2]
    client = Client()
    opened = client.get(link)
    assert opened.status_code == 302
    assert token not in opened.headers["Location"]
    assert "no-store" in opened.headers["Cache-Control"]
    form = client.get(opened.headers["Location"])
    assert token not in form.content.decode()
    assert "no-store" in form.headers["Cache-Control"]
    assert form.headers["Referrer-Policy"] == "same-origin"


def test_the_page_of_the_link_is_the_only_place_that_holds_it(client, nina):
    member = Member.objects.get(user=nina)
    token = link_in(client.post(reverse("member-link", args=[member.pk]))).split("/")[-2]
    assert token not in client.get(reverse("team")).content.decode()
    assert token not in str(client.session.items())
    assert token not in str(client.cookies)
    assert token not in str(list(AuditEvent.objects.values()))


def test_a_weak_password_is_refused_and_the_link_stays_good(nina):
    link = password_links.make(nina, by=None)
    assert "too common" in use_link(link, "password").content.decode()
    use_link(link)
    assert signs_in("nina")


def test_a_password_set_by_link_ends_the_sessions_of_the_account(agent, signed_in):
    elsewhere = signed_in(agent)
    link = password_links.make(agent, by=None)
    assert elsewhere.get(reverse("team")).status_code == 302
    use_link(link)
    assert elsewhere.get(reverse("team")).status_code == 302


def test_who_sets_a_password_is_asked_to_sign_in_whoever_was_signed_in_there(client, nina):
    link = password_links.make(nina, by=None)
    page = use_link(link, client=client)
    assert "Your password is set. Sign in with it as nina." in page.content.decode()
    assert page.wsgi_request.path == reverse("sign-in")
    assert browsers.COOKIE in client.cookies


def test_a_manager_makes_a_new_link_while_the_account_has_no_password(client, nina):
    url = reverse("member-link", args=[Member.objects.get(user=nina).pk])
    use_link(link_in(client.post(url)))
    page = client.post(url, follow=True)
    assert "You cannot make a link for Nina Das" in page.content.decode()
    assert signs_in("nina")


def put_in_another_team(nina: User, other_team) -> None:
    join(nina, other_team)


def invite_to_another_team(nina: User, other_team) -> None:
    people.add_member(other_team, username="nina", role="agent", by=None)


def make_a_superuser(nina: User, other_team) -> None:
    User.objects.filter(pk=nina.pk).update(is_superuser=True)


def make_staff(nina: User, other_team) -> None:
    User.objects.filter(pk=nina.pk).update(is_staff=True)


@pytest.mark.parametrize(
    "happens", [put_in_another_team, invite_to_another_team, make_a_superuser, make_staff]
)
def test_a_manager_makes_no_link_to_what_is_not_theirs_alone(client, nina, other_team, happens):
    happens(nina, other_team)
    before = User.objects.get(pk=nina.pk).password
    member = Member.objects.get(user=nina, team__slug="delays")
    page = client.post(reverse("member-link", args=[member.pk]), follow=True)
    assert "You cannot make a link" in page.content.decode()
    assert User.objects.get(pk=nina.pk).password == before
    assert reverse("member-link", args=[member.pk]) not in page.content.decode()


@pytest.mark.parametrize("happens", [invite_to_another_team, make_a_superuser, make_staff])
def test_a_link_ends_when_its_account_opens_more_than_it_was_made_for(
    client, nina, other_team, happens
):
    link = link_in(client.post(reverse("member-link", args=[nina.memberships.get().pk])))
    opened = Client()
    form = open_link(link, opened)
    happens(nina, other_team)
    assert open_link(link).status_code == 410
    sent = {"new_password1": CHOSEN, "new_password2": CHOSEN}
    assert opened.post(form.wsgi_request.path, sent).status_code == 410
    assert not signs_in("nina")


def test_an_invitation_leaves_a_password_and_its_sessions_alone(agent, other_team, signed_in):
    hers = signed_in(agent)
    people.add_member(other_team, username="asha", role="agent", by=None)
    assert hers.get(reverse("team")).status_code == 200


def test_a_new_link_never_overwrites_what_its_owner_sets_at_that_moment(nina):
    stale = User.objects.get(pk=nina.pk)
    use_link(password_links.make(nina, by=None))
    with pytest.raises(password_links.PasswordChanged, match="Nina Das has a password"):
        password_links.make(stale, by=None)
    assert signs_in("nina")


def test_links_and_passwords_set_by_them_are_in_the_audit(client, manager, nina, team):
    use_link(password_links.make(nina, by=manager, team=team))
    told = AuditEvent.objects.filter(team_slug=team.slug).values_list("event", "by")
    assert ("link_made", "ravi") in told
    assert ("password_set", "nina") in told


def test_the_link_has_the_host_of_the_request_or_the_portals_address(client, settings):
    url = reverse("member-add")
    assert "http://testserver/welcome/" in client.post(url, NEW).content.decode()
    settings.PUBLIC_URL = "https://portal.example.com"
    page = client.post(url, NEW | {"username": "omar"}).content.decode()
    assert "https://portal.example.com/welcome/" in page


def test_an_account_that_waits_for_its_owner_says_so(client, nina):
    page = client.get(reverse("team")).content.decode()
    assert "(no password yet)" in page
