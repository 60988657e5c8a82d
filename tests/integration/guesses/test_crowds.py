"""Many sign in at once: each waits for a place, and only those who must."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from lookups.models import Guesses
from lookups.people import guesses
from tests.conftest import PASSWORD
from tests.integration.guesses.trying import is_in, try_it, wrong

pytestmark = pytest.mark.django_db


def test_a_crowd_at_the_door_is_told_to_come_back_in_a_moment(agent, crowd, hashed):
    page = try_it(Client(), PASSWORD)
    assert page.status_code == 429
    assert "Many people are signing in. Try again in 5 seconds." in page.content.decode()
    assert hashed.call_count == 0


class NoPlace:
    """A crowd has every place."""

    asked = 0

    def acquire(self, *, blocking: bool) -> bool:
        self.asked += 1
        return False


@pytest.fixture
def crowd(monkeypatch) -> NoPlace:
    crowd = NoPlace()
    monkeypatch.setattr(guesses, "_PLACES", crowd)
    return crowd


def test_a_guess_over_its_limit_takes_no_place(agent, monkeypatch):
    wrong(5)
    crowd = NoPlace()
    monkeypatch.setattr(guesses, "_PLACES", crowd)
    assert "Too many wrong passwords." in try_it(Client(), "wrong").content.decode()
    assert crowd.asked == 0


def test_a_known_browser_has_a_place_whatever_the_crowd(agent, monkeypatch):
    owner = Client()
    try_it(owner, PASSWORD)
    owner.post(reverse("sign-out"))
    monkeypatch.setattr(guesses, "_PLACES", NoPlace())
    try_it(owner, PASSWORD)
    assert is_in(owner)


def test_who_is_signed_in_has_a_place_whatever_the_crowd(agent, crowd):
    with guesses.at_own_password(agent):
        assert crowd.asked == 0


def test_a_guess_that_finds_no_place_is_given_back(agent, monkeypatch):
    with monkeypatch.context() as crowded:
        crowded.setattr(guesses, "_PLACES", NoPlace())
        wrong(40)
    client = Client()
    try_it(client, PASSWORD)
    assert is_in(client)


def test_a_guess_that_breaks_off_leaves_its_place_to_others(agent):
    for _ in range(10):
        with pytest.raises(ValidationError), guesses.at_own_password(agent):
            raise ValidationError("wrong")
        Guesses.objects.all().delete()
