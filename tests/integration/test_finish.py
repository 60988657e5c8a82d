"""That a lookup has finished is noticed: by the tab's title, and once by those who listen."""

import re

import pytest

from lookups import ledger
from lookups.models import LookupItem
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db
POLL = {"hx-request": "true", "hx-trigger": "live", "saw-running": "yes"}


@pytest.fixture
def lookup(look_up, credential):
    return look_up("\n".join(some_uuids(50)), credential, title="Night flights")


@pytest.fixture
def ask(signed_in, agent, lookup, monkeypatch):
    monkeypatch.setattr("lookups.views.polling.HOLD_SECONDS", 0)

    def get(**headers: str) -> str:
        return signed_in(agent).get(lookup.get_absolute_url(), headers=headers).content.decode()

    return get


def title(html: str) -> str:
    return " ".join(re.search(r"<title>(.*?)</title>", html, re.S)[1].split())


@pytest.mark.parametrize("headers", [{}, POLL], ids=["the page", "its poll"])
def test_the_title_says_how_far_it_is_and_then_that_it_is_done(ask, lookup, work, headers):
    assert title(ask(**headers)) == "0 % · Night flights · Phonon Portal"
    lookup.items.filter(position__lte=21).update(outcome=LookupItem.Outcome.FAILED)
    assert title(ask(**headers)) == "42 % · Night flights · Phonon Portal"
    work()
    assert title(ask(**headers)) == "Done · Night flights · Phonon Portal"


def test_a_title_tells_of_a_pause(ask, credential):
    ledger.pause(credential, "Not whitelisted.")
    assert title(ask()) == "Waiting · Night flights · Phonon Portal"


def test_a_telephone_number_is_masked_in_the_title(ask, lookup):
    lookup.title = "Complaint of 98200 12728"
    lookup.save()
    assert "98200" not in title(ask())


def test_the_end_is_told_to_those_who_listen_once(ask, work):
    told = 'hx-swap-oob="innerHTML:#finished"'
    assert told not in ask(**POLL)
    work()
    html = ask(**POLL)
    assert told in html
    assert re.search(r"Done: \d+ found(,\s+\d+ not found)?\.", html)
    assert "Saw-Running" not in html


def test_a_page_that_showed_the_end_already_is_not_told_again(ask, work):
    work()
    later = {name: value for name, value in POLL.items() if name != "saw-running"}
    assert "hx-swap-oob" not in ask(**later)
    page = ask()
    assert "hx-swap-oob" not in page
    assert 'id="finished" role="status"></p>' in page
