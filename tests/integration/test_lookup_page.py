"""The page of a lookup: true sums, pasted order, tabs, and what one may do with it."""

import re
from io import BytesIO
from threading import BoundedSemaphore

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lookups import ledger, lifecycle
from lookups.lifecycle import uploads
from lookups.models import Call, Fetch, LookupItem
from lookups.views import polling
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db
UUIDS = some_uuids(60)


@pytest.fixture
def lookup(look_up, credential):
    text = "\n".join([*UUIDS, UUIDS[0], UUIDS[1][:-1], "", "nothing"])
    return look_up(text, credential, title="Night flights")


@pytest.fixture
def page(signed_in, agent, lookup):
    def get(query: str = "", **headers: str) -> str:
        answer = signed_in(agent).get(lookup.get_absolute_url() + query, headers=headers)
        assert answer.status_code == 200
        return answer.content.decode()

    return get


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def walk(page, query: str = "") -> list[str]:
    """Every UUID of the calls tab in order, page by page by the links."""
    seen: list[str] = []
    while True:
        html = page(query)
        seen += rows_of(html)
        older = re.search(r'href="[^"?]*(\?[^"]*after=\d+[^"]*)"', html)
        if not older:
            return seen
        query = older[1].replace("&amp;", "&")


def rows_of(html: str) -> list[str]:
    text = re.sub(r"<[^>]+>", "", html)
    return re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text)


def test_the_sums_stand_as_sentences(page, work):
    work()
    said = words(page())
    assert "64 entries = 60 unique + 1 duplicate + 2 rejected + 1 blank" in said
    found = Call.objects.count()
    assert f"60 unique = {found} found + {60 - found} not found" in said


def test_results_stand_in_pasted_order_over_all_pages(page, work):
    work()
    assert walk(page) == UUIDS


def test_while_it_runs_the_page_polls_and_at_the_end_it_stops(page, work):
    assert 'hx-trigger="every' in page()
    work()
    assert "hx-trigger" not in page(**{"hx-request": "true"})


POLL = {"hx-request": "true", "hx-trigger": "live"}


def test_a_poll_is_held_back_for_an_answer_that_comes_in_a_moment(page, work, monkeypatch):
    monkeypatch.setattr(polling, "_pause", work)
    assert "hx-trigger" not in page(**POLL)


def test_a_poll_is_answered_in_time_also_when_nothing_ends(page, monkeypatch):
    monkeypatch.setattr(polling, "HOLD_SECONDS", 0.03)
    assert 'hx-trigger="every' in page(**POLL)


@pytest.mark.parametrize("what", ["a tab", "a large lookup", "too many"])
def test_nothing_else_is_held_back(what, page, lookup, monkeypatch):
    monkeypatch.setattr(polling, "_pause", lambda: pytest.fail("it was held back"))
    if what == "a large lookup":
        ledger.plan(lookup, [], lookup_requests=2, is_watch=False)
    if what == "too many":
        monkeypatch.setattr(polling, "_holds", BoundedSemaphore(1))
        polling._holds.acquire()
    trigger = "tab-requests" if what == "a tab" else "live"
    assert 'hx-trigger="every' in page(**POLL | {"hx-trigger": trigger})


def test_a_poll_gets_the_part_and_a_browser_going_back_gets_the_whole(page):
    assert "<html" not in page(**{"hx-request": "true"})
    whole = page(**{"hx-request": "true", "hx-history-restore-request": "true"})
    assert "<html" in whole


@pytest.mark.parametrize(
    ("tab", "said"),
    [
        ("rejected", "one digit short"),
        ("duplicates", "line 1"),
        ("requests", "Waiting"),
        ("details", "Night flights"),
        ("nonsense", "What happened"),
    ],
)
def test_every_tab_opens(page, tab, said):
    assert said.lower() in words(page(f"?tab={tab}")).lower()


def test_only_what_phonon_has_is_told_to_be_in_flight(
    signed_in, agent, look_up, team, make_credential
):
    narrow = make_credential(team, label="narrow", max_uuids=10, max_concurrent=2)
    lookup = look_up("\n".join(some_uuids(40, seed=9)), narrow)
    first, *_ = ledger.claim(worker="one", limit=2)
    Fetch.objects.filter(pk=first.pk).update(is_in_flight=False)  # Phonon has answered
    answer = signed_in(agent).get(lookup.get_absolute_url() + "?tab=requests")
    said = words(answer.content.decode())
    assert "0 of 4 requests done, 1 in flight" in said
    assert (said.count("In flight"), said.count("With a worker")) == (1, 1)


def test_a_filter_shows_those_and_no_others(page, work, lookup):
    work()
    answered = set(Call.objects.filter(outcome="answered").values_list("uuid", flat=True))
    assert set(walk(page, "?outcome=answered")) == answered
    missing = lookup.items.filter(outcome="not_found").values_list("uuid", flat=True)
    assert set(walk(page, "?item=not_found")) == set(missing)


def test_without_a_worker_the_page_says_what_to_do(page):
    assert "No worker is running" in page()


def test_cancel_stops_what_is_left_and_keeps_what_came(signed_in, agent, lookup, page):
    answer = signed_in(agent).post(reverse("lookup-cancel", args=[lookup.pk]), follow=True)
    assert "60 calls will not be fetched" in answer.content.decode()
    lookup.refresh_from_db()
    assert lookup.status == "cancelled"
    assert ledger.claim(worker="one", limit=9) == []


def test_retry_asks_again_for_failed_and_cancelled_calls_only(
    signed_in, agent, lookup, work, emulator
):
    work()
    lookup.items.filter(position__lte=5).update(outcome="failed")
    before = emulator.log.uuids
    client = signed_in(agent)
    client.post(reverse("lookup-retry", args=[lookup.pk]))
    work()
    lookup.refresh_from_db()
    assert lookup.status == "done"
    assert emulator.log.uuids - before == 5
    assert not lookup.items.filter(outcome=LookupItem.Outcome.FAILED).exists()
    again = client.post(reverse("lookup-retry", args=[lookup.pk]), follow=True)
    assert "Nothing is left to retry" in again.content.decode()


def test_refresh_asks_for_open_calls_and_never_for_final_ones(
    signed_in, agent, lookup, work, emulator
):
    work()
    final = lookup.items.filter(call__is_final=True).count()
    before = emulator.log.uuids
    signed_in(agent).post(reverse("lookup-refresh", args=[lookup.pk]))
    work()
    assert emulator.log.uuids - before == 60 - final


def test_a_page_of_fifty_calls_costs_no_more_queries_than_a_page_of_one(
    signed_in, agent, lookup, work, look_up, credential
):
    one = look_up(UUIDS[0], credential)
    work()
    client = signed_in(agent)
    with CaptureQueriesContext(connection) as few:
        client.get(one.get_absolute_url())
    with CaptureQueriesContext(connection) as many:
        client.get(lookup.get_absolute_url())
    assert len(many) <= len(few) + 1


def test_input_columns_are_shown_beside_their_call(signed_in, agent, credential, work):
    text = "ticket,uuid\n" + "\n".join(f"00{n},{uuid}" for n, uuid in enumerate(UUIDS[:3]))
    material = uploads.Material("tickets.csv", BytesIO(text.encode()))
    lookup = lifecycle.submit(material, lifecycle.Asked(credential, agent))
    work()
    assert "002" in words(signed_in(agent).get(lookup.get_absolute_url()).content.decode())


def test_the_outcomes_add_up_and_each_leads_to_its_rows(signed_in, agent, lookup, work, page):
    work()
    lookup.items.filter(position__lte=2).update(outcome="failed", call=None)
    client = signed_in(agent)
    outcomes = client.get(lookup.get_absolute_url()).context["outcomes"]
    assert sum(one.count for one in outcomes) == 60
    assert "Not fetched" in [one.label for one in outcomes]
    for one in outcomes:
        assert len(walk(page, one.url.removeprefix(lookup.get_absolute_url()))) == one.count
