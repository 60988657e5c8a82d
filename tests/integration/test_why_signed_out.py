"""The sign-in page, and a page that stays open, say why a session has ended."""

import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from lookups.people import sessions
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

AFTER_12_HOURS = "You were signed out after 12 hours."
EARLY = "You were signed out: your password was changed, or the operator ended your session."
HTMX = {"hx-request": "true", "hx-current-url": "http://testserver/?uuid=1"}


@pytest.fixture
def client(agent) -> Client:
    client = Client()
    sign_in(client, agent)
    return client


def sign_in(client: Client, user) -> None:
    client.post(reverse("sign-in"), {"username": user.username, "password": PASSWORD})


def later(monkeypatch, *, hours: float) -> None:
    now = time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: now + hours * 3600)


def why(client: Client) -> str:
    page = client.get("/", follow=True)
    assert page.context["why"] in page.content.decode()
    return page.context["why"]


def test_a_session_that_was_too_old(client, monkeypatch):
    Session.objects.all().delete()
    later(monkeypatch, hours=12.1)
    assert why(client) == AFTER_12_HOURS
    answer = client.post(reverse("preview"), headers=HTMX)
    assert (answer.status_code, answer.content.decode()) == (401, AFTER_12_HOURS)
    assert answer.headers["Location"] == "/sign-in/?next=/%3Fuuid%3D1"


def test_a_session_that_was_ended(client):
    Session.objects.all().delete()
    assert why(client) == EARLY


def test_nothing_is_said_to_one_who_signed_out_or_never_signed_in(client):
    client.post(reverse("sign-out"))
    assert (why(client), why(Client())) == ("", "")


def test_signing_out_counts_also_where_the_session_has_ended_already(client):
    Session.objects.all().delete()
    assert client.post(reverse("sign-out")).headers["Location"] == reverse("sign-in")
    assert why(client) == ""


def test_nothing_is_said_for_a_cookie_that_the_portal_did_not_write():
    client = Client()
    client.cookies[sessions.COOKIE] = "made:up"
    assert why(client) == ""


def test_a_wrong_password_is_said_and_not_why_the_session_ended(client, agent):
    Session.objects.all().delete()
    sent = {"username": agent.username, "password": "wrong"}
    page = client.post(reverse("sign-in"), sent).content.decode()
    assert "do not go together" in page
    assert EARLY not in page


def test_a_person_has_one_pseudonym_in_a_browser_until_they_sign_out(client, agent, manager):
    def pseudonym(of=agent) -> str:
        return sessions.pseudonym(client.get("/").wsgi_request, of)

    first = pseudonym()
    Session.objects.all().delete()
    sign_in(client, agent)
    assert pseudonym() == first
    assert pseudonym(manager) != first
    client.post(reverse("sign-out"))
    sign_in(client, agent)
    assert pseudonym() != first
