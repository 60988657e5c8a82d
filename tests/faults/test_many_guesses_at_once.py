"""Fifty guesses at the same moment are no more than one after the other."""

from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import RequestFactory

from lookups.database import locks
from lookups.models import Guesses
from lookups.people import guesses

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 50


@pytest.fixture(autouse=True)
def many_web_processes(monkeypatch) -> None:
    """Fifty places at the door, as many web processes have together."""
    monkeypatch.setattr(guesses, "_PLACES", BoundedSemaphore(PEOPLE))


def come_through(names: list[str], places: list[str]) -> int:
    """How many of the guesses, all sent at once, would have been hashed; all of them are wrong."""

    def guess(number: int) -> bool:
        request = RequestFactory().get("/", REMOTE_ADDR=places[number % len(places)])
        try:
            with guesses.at_sign_in(request, names[number % len(names)]):
                raise ValidationError("wrong", code="wrong")
        except ValidationError as error:
            return error.code == "wrong"
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return sum(pool.map(guess, range(PEOPLE)))


def many(what: str) -> list[str]:
    return [what.format(number) for number in range(PEOPLE)]


def test_fifty_at_once_at_one_name_from_one_place():
    assert come_through(["asha"], ["192.0.2.1"]) == guesses.ONE_NAME_HERE.burst


def test_fifty_at_once_at_one_name_from_fifty_places():
    assert come_through(["asha"], many("192.0.2.{}")) == guesses.ONE_NAME.burst


def test_fifty_at_once_at_fifty_names_from_one_place():
    come = come_through(many("name-{}"), ["192.0.2.1"])
    # One more for each ten seconds that a slow machine takes.
    assert guesses.ONE_PLACE.burst <= come <= guesses.ONE_PLACE.burst + 3


def test_guesses_counted_without_a_row_for_all_would_be_found(monkeypatch):
    monkeypatch.setattr(Guesses.objects, "bulk_create", lambda rows, **_: rows)
    assert come_through(["asha"], ["192.0.2.1"]) == PEOPLE


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer anyway")
def test_guesses_counted_beside_one_another_would_be_found(monkeypatch):
    monkeypatch.setattr(locks, "only_one", lambda lock: None)
    assert come_through(["asha"], ["192.0.2.1"]) > guesses.ONE_NAME_HERE.burst
