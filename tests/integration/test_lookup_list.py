"""The list of lookups: one's own, those that hold some words, and never a hidden digit."""

import re

import pytest
from django.urls import reverse

from lookups import lifecycle
from lookups.lifecycle import uploads
from lookups.views import lookups as view
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db
UUID = some_uuids(1)[0]


@pytest.fixture
def named(credential, agent):
    def make(title: str, by=agent, using=credential):
        return lifecycle.submit(uploads.pasted(UUID), lifecycle.Asked(using, by, title=title))

    return make


@pytest.fixture
def page(signed_in, agent):
    def get(address: str = "", by=agent, **query: str) -> str:
        where = address or reverse("lookups")
        return signed_in(by).get(where, query or None).content.decode()

    return get


def titles(html: str) -> list[str]:
    return re.findall(r'id="lookup-\d+"[^>]*>([^<]*)</a>', html)


def walk(page, **query: str) -> list[str]:
    html = page(**query)
    found = titles(html)
    while older := re.search(r'href="([^"]*)" rel="next"', html):
        html = page(older[1].replace("&amp;", "&"))
        found += titles(html)
    return found


def test_mine_shows_what_one_asked_for_oneself(page, named, manager):
    named("Gate changes")
    named("Refunds", by=manager)
    assert titles(page()) == ["Refunds", "Gate changes"]
    assert titles(page(mine="1")) == ["Gate changes"]
    assert titles(page(mine="1", by=manager)) == ["Refunds"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("gate", ["Gate changes"]),
        ("CHANGES gate", ["Gate changes"]),
        ("ravi", ["Refunds"]),
        ("menon refunds", ["Refunds"]),
        ("night", ["Refunds"]),
        ("pasted text", ["Refunds", "Gate changes"]),
        ("gate refunds", []),
        ("%", []),
        ("_", []),
        ("\x00gate", ["Gate changes"]),
        ("  ", ["Refunds", "Gate changes"]),
        ("x" * 5000, []),
    ],
)
def test_every_word_must_stand_in_what_the_list_shows(
    page, named, manager, team, make_credential, words, found
):
    named("Gate changes")
    named("Refunds", by=manager, using=make_credential(team, label="Night IVR"))
    assert titles(page(q=words)) == found


def test_nothing_found_says_so_and_leads_back(page, named):
    named("Gate changes")
    html = page(q="<refunds>", mine="1")
    assert "No lookup fits" in html
    assert "&lt;refunds&gt;" in html
    assert "<refunds>" not in html
    assert f'href="{reverse("lookups")}">Show all lookups' in html


def test_another_teams_lookups_are_never_found(page, named, stranger):
    named("Gate changes")
    assert titles(page(q="gate", by=stranger)) == []


def test_pages_of_what_fits_hold_every_one_once(page, named, monkeypatch):
    monkeypatch.setattr(view, "LOOKUPS_A_PAGE", 2)
    for number in range(1, 6):
        named(f"Gate {number}")
        named(f"Refund {number}")
    assert walk(page, q="gate", mine="1") == [f"Gate {number}" for number in (5, 4, 3, 2, 1)]
    assert len(walk(page)) == 10


@pytest.mark.parametrize("digits", ["9820012728", "98200", "0127", "2001"])
def test_the_hidden_digits_of_a_number_are_not_found(page, named, monkeypatch, digits):
    monkeypatch.setattr(view, "LOOKUPS_A_PAGE", 1)
    for title in ("Complaint of 9820012728", "Again of 9820012728", f"Asked of {digits} x"):
        named(title)
    assert not [title for title in walk(page, q=digits) if "Complaint" in title or "Again" in title]
    assert len(walk(page, q="2728")) >= 2
