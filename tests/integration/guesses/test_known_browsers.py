"""A browser that signed in before stays open to its owner, within a limit of its own."""

import pytest
from django.core import signing
from django.test import Client, RequestFactory
from django.urls import reverse

from lookups.people import browsers, guesses
from tests.conftest import PASSWORD
from tests.integration.guesses.trying import is_in, may_be_guessed, try_it, wrong

pytestmark = pytest.mark.django_db


def test_a_browser_that_signed_in_before_stays_open_whoever_guesses(agent):
    owner = Client()
    try_it(owner, PASSWORD)
    owner.post(reverse("sign-out"))
    for number in range(35):
        try_it(Client(), "wrong", REMOTE_ADDR=f"192.0.2.{number}")
    wrong(9)
    assert try_it(Client(), PASSWORD).status_code == 429
    try_it(owner, PASSWORD)
    assert is_in(owner)


def test_a_known_browser_has_its_limit_too(agent, hashed):
    owner = Client()
    try_it(owner, PASSWORD)
    owner.post(reverse("sign-out"))
    before = hashed.call_count
    assert not may_be_guessed(owner)
    assert hashed.call_count - before == guesses.KNOWN_BROWSER.burst


def test_a_known_browser_is_known_for_those_who_signed_in_with_it(agent, manager):
    shared = Client()
    for name in ("asha", "ravi"):
        try_it(shared, PASSWORD, name=name)
        shared.post(reverse("sign-out"))
    request = RequestFactory().get("/")
    request.COOKIES = {browsers.COOKIE: shared.cookies[browsers.COOKIE].value}
    assert browsers.known_for(request, "asha") == browsers.known_for(request, "RAVI") != ""
    assert browsers.known_for(request, "zoya") == ""


@pytest.mark.parametrize(
    "cookie",
    ["", "x", pytest.param(signing.dumps({"mark": "m", "names": []}), id="of another salt")],
)
def test_a_made_up_cookie_makes_no_browser_known(agent, cookie):
    client = Client()
    client.cookies[browsers.COOKIE] = cookie
    assert not may_be_guessed(client)


def test_the_cookie_holds_no_name_and_scripts_cannot_read_it(agent):
    client = Client()
    try_it(client, PASSWORD)
    cookie = client.cookies[browsers.COOKIE]
    assert "asha" not in str(signing.loads(cookie.value, salt=browsers.SALT))
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
