"""Faults of ours, a database that is away, a session that ended: a page that says what to do."""

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from lookups.models import User
from lookups.views import lookups as lookup_views
from tests.conftest import PASSWORD
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(agent) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(agent)
    return client


def breaking(error: Exception):
    def broken(*_: object, **__: object):
        raise error

    return broken


def test_a_database_that_is_away_is_a_page_that_says_to_try_again(client, monkeypatch):
    gone = breaking(OperationalError("server closed the connection at 10.0.0.1"))
    monkeypatch.setattr(lookup_views.access, "lookups", gone)
    page = client.get(reverse("lookups"))
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "Try again in a few seconds" in page.content.decode()
    assert "10.0.0.1" not in page.content.decode()


def test_a_fault_of_ours_is_a_page_and_never_a_traceback(client, monkeypatch):
    monkeypatch.setattr(lookup_views.access, "lookups", breaking(ValueError("secret detail")))
    page = client.get(reverse("lookups"))
    assert page.status_code == 500
    assert "secret detail" not in page.content.decode()
    assert "Traceback" not in page.content.decode()


def test_an_address_that_never_was_keeps_the_way_back(client):
    page = client.get("/no/such/page")
    assert page.status_code == 404
    assert reverse("lookups") in page.content.decode()


def test_a_poll_after_the_session_ended_leaves_the_page_and_links_to_sign_in(look_up, credential):
    lookup = look_up(some_uuids(1)[0], credential)
    answer = Client().get(lookup.get_absolute_url(), headers={"hx-request": "true"})
    assert (answer.status_code, answer.content) == (401, b"You were signed out.")
    assert answer.headers["Location"] == f"/sign-in/?next={lookup.get_absolute_url()}"
    assert not [name for name in answer.headers if name.startswith("HX-")]


def test_a_wrong_name_and_a_wrong_password_read_the_same(agent):
    told = []
    for username in ("asha", "nobody"):
        sent = {"username": username, "password": "wrong"}
        page = Client().post(reverse("sign-in"), sent)
        told.append((page.status_code, page.content.decode().count("do not go together")))
    assert told[0] == told[1] == (200, 1)


def test_a_person_of_no_team_is_told_whom_to_ask(db):
    User.objects.create_user("lone", password=PASSWORD)
    client = Client()
    client.login(username="lone", password=PASSWORD)
    page = client.get("/")
    assert page.status_code == 403
    assert "team" in page.content.decode()
