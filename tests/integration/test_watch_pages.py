"""The switch on the pages, and the marks of what changed, with before and after."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lookups import ledger
from lookups.emulator import IN_PROGRESS, MOVING, STORY, reserved_uuid
from lookups.lifecycle import watching
from lookups.models import Attempt, Call, Change, Lookup
from tests.integration.builders import NOON, a_call, a_lookup, an_attempt

pytestmark = pytest.mark.django_db
OPEN, FINAL = reserved_uuid(IN_PROGRESS), reserved_uuid(STORY)
START, STOP = 'id="watch-start"', 'id="unwatch"'


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace(" ;", ";").replace(" ,", ",")


@pytest.fixture
def asha(signed_in, agent) -> Client:
    return signed_in(agent)


@pytest.fixture
def lookup(look_up, credential, work) -> Lookup:
    lookup = look_up(f"{OPEN}\n{FINAL}", credential)
    work()
    return lookup


def page(client: Client, address: object) -> str:
    return client.get(getattr(address, "get_absolute_url", lambda: address)()).content.decode()


def press(client: Client, name: str, lookup: Lookup) -> str:
    return client.post(reverse(name, args=[lookup.pk]), follow=True).content.decode()


# The switch


def test_the_switch_is_there_while_calls_may_have_news_and_not_otherwise(
    asha, lookup, look_up, credential, work
):
    assert START in page(asha, lookup)
    over = look_up(FINAL, credential)
    work()
    assert START not in page(asha, over)


def test_switched_on_the_page_says_when_the_next_look_comes_and_how_to_stop(asha, lookup, agent):
    said = press(asha, "lookup-watch", lookup)
    lookup.refresh_from_db()
    at = timezone.localtime(lookup.next_watch_at, lookup.team.zoneinfo)
    assert f"{at:%H:%M}, 1 call open; ends" in words(said)
    assert STOP in said
    assert START not in said
    assert "Watched until" in words(press(asha, "lookup-unwatch", lookup))
    assert START in page(asha, lookup)


def test_a_watched_lookup_draws_itself_anew_at_its_next_look_and_not_before(asha, lookup):
    press(asha, "lookup-watch", lookup)
    (seconds,) = re.findall(r'hx-trigger="every (\d+)s"', page(asha, lookup))
    assert 300 < int(seconds) < 330
    press(asha, "lookup-unwatch", lookup)
    assert "hx-trigger" not in page(asha, lookup)


def test_when_the_budget_is_used_up_the_page_says_so(asha, lookup, settings, agent, work):
    settings.WATCH_REQUESTS_PER_DAY = 1
    press(asha, "lookup-watch", lookup)
    for _ in range(2):
        Lookup.objects.update(next_watch_at=timezone.now())
        work()
    assert "budget for watching is used up: 1 request a day." in words(page(asha, lookup))


def test_a_paused_credential_is_named_as_what_the_watch_waits_for(asha, lookup, credential):
    press(asha, "lookup-watch", lookup)
    ledger.pause(credential, "Not whitelisted.")
    assert "waits until the credential is resumed" in words(page(asha, lookup))


def test_a_watch_that_ended_by_itself_says_why(asha, look_up, credential, work, agent):
    lookup = look_up(reserved_uuid(MOVING, 30), credential)
    work()
    watching.start(lookup, by=agent)
    for _ in range(2):
        Lookup.objects.update(next_watch_at=timezone.now())
        work()
    watching.ask_due()
    assert "2 looks. No call is open any more." in words(page(asha, lookup))


def test_where_watching_is_switched_off_there_is_no_switch(asha, lookup, settings):
    settings.WATCH_REQUESTS_PER_DAY = 0
    assert START not in page(asha, lookup)
    assert "id_watch" not in page(asha, "/")
    said = press(asha, "lookup-watch", lookup)
    assert "Watching is switched off in this portal." in said


@pytest.mark.parametrize(("ticked", "is_watched"), [({"watch": "on"}, True), ({}, False)])
def test_the_checkbox_of_a_new_lookup_starts_the_watch(asha, credential, ticked, is_watched):
    sent = {
        "text": OPEN,
        "credential": credential.pk,
        "fetch_attempt": "ALL",
        "nonce": "7c0e4a51-0b4e-4f0e-9a3f-5a51d9b0c2de",
    }
    assert "Watch calls that are still open" in page(asha, "/")
    asha.post(reverse("new-lookup"), sent | ticked)
    assert Lookup.objects.get().watches is is_watched


def test_a_manager_may_watch_and_a_stranger_finds_nothing(lookup, signed_in, manager, stranger):
    for name in ("lookup-watch", "lookup-unwatch"):
        address = reverse(name, args=[lookup.pk])
        assert signed_in(stranger).post(address).status_code == 404
        assert Client().post(address).headers["Location"].startswith("/sign-in/")
    assert STOP in press(signed_in(manager), "lookup-watch", lookup)


# What changed


@pytest.fixture
def call(team) -> Call:
    call = a_call(team, flow_status="COMPLETED", outcome="answered", fetched_at=timezone.now())
    an_attempt(
        call, 1, outcome="answered", started_at=NOON, talk_seconds=42, cause_code="16",
        customer_number="+919812342728", ended_by="customer", connected_at=NOON,
    )  # fmt: skip
    return call


@pytest.fixture
def told(team, call, agent, credential) -> Lookup:
    """A lookup of the call, which has changed since."""
    lookup = a_lookup(team, [{"call": call, "outcome": "found"}, {}], asked_by=agent)
    a_change(call, flow_status=["IN_PROGRESS", "COMPLETED"], outcome=["no_answer", "answered"])
    a_change(
        call, "id:1", talk_seconds=["", "42.0"],
        started_at=["2026-11-12T05:17:02+00:00", NOON.isoformat()],
        customer_number=["+919800001111", "+919812342728"], ended_by=["system", "customer"],
        cause_code=["18", "16"],
    )  # fmt: skip
    return lookup


def a_change(call: Call, key: str = "", *, minutes: int = 1, **cells: list[str]) -> Change:
    return Change.objects.create(
        team=call.team, call=call, attempt_key=key, cells=cells,
        seen_at=timezone.now() + timedelta(minutes=minutes),
    )  # fmt: skip


def test_a_row_whose_call_changed_is_marked_with_before_and_after_in_words(asha, told):
    said = words(page(asha, told))
    assert "Changed Flow status : In progress, now → Completed" in said
    assert "Outcome : No answer, now → Answered" in said
    assert "4 more" in said


def test_the_changed_calls_are_counted_and_can_be_shown_alone(asha, told, call):
    assert "1 call changed" in words(page(asha, told))
    alone = page(asha, f"{told.get_absolute_url()}?changed=1")
    assert call.uuid[:8] in alone
    assert alone.count("data-row") == 1
    assert "Only calls that changed" in alone


def test_what_changed_before_the_lookup_was_made_is_not_marked(asha, team, call, agent):
    a_change(call, minutes=-10, flow_status=["IN_PROGRESS", "COMPLETED"])
    later = a_lookup(team, [{"call": call, "outcome": "found"}], asked_by=agent)
    assert "hanged" not in words(page(asha, later)).replace("Watch for changes", "")


def test_a_cell_that_changed_twice_is_one_line_and_one_that_changed_back_is_none(
    asha, team, call, agent
):
    lookup = a_lookup(team, [{"call": call, "outcome": "found"}], asked_by=agent)
    a_change(call, flow_status=["SCHEDULED", "IN_PROGRESS"])
    a_change(call, minutes=2, flow_status=["IN_PROGRESS", "COMPLETED"])
    a_change(call, "id:1", cause_code=["16", "18"])
    a_change(call, "id:1", minutes=2, cause_code=["18", "16"])
    said = words(page(asha, lookup))
    assert "Flow status : Scheduled, now → Completed" in said
    assert "Cause :" not in said


def test_a_new_attempt_is_one_line_with_what_became_of_it(asha, team, call, agent):
    lookup = a_lookup(team, [{"call": call, "outcome": "found"}], asked_by=agent)
    a_change(call, "id:1", outcome=["", "unknown"], started_at=["", "2026-11-12T05:17:02+00:00"])
    a_change(call, "id:1", minutes=2, outcome=["unknown", "answered"])
    assert "Attempt 1 is new: Answered" in words(page(asha, lookup))


def test_the_call_page_marks_each_changed_cell_with_what_it_was(asha, told, call):
    said = words(page(asha, call))
    for was in (
        "Changed: was 12 Nov 10:47:02",
        "42 s Changed: was empty",
        "Changed: was System",
        "Changed: was 18 · Ring timeout",
        "Changed: was No answer",
        "Changed: was In progress",
    ):
        assert was in said, was


def test_the_call_page_lists_what_changed_and_when(asha, told, call):
    said = words(page(asha, call))
    assert "What changed Seen " in said
    assert "Attempt 1, Talk : empty, now → 42 s" in said


def test_numbers_are_masked_in_what_changed_until_they_are_shown(asha, told, call):
    masked = page(asha, call)
    assert "•••• 1111" in masked
    assert "9800001111" not in masked + page(asha, told)
    shown = asha.post(reverse("call-numbers", args=[call.uuid])).content.decode()
    assert "+919800001111" in shown


def test_hostile_texts_in_what_changed_stay_texts(asha, told, call):
    a_change(call, flow_status=["<script>alert(1)</script>", "COMPLETED"])
    a_change(call, "id:1", dtmf=["<b>1</b>", "2"], sms_status=["<i>", ""])
    assert "<script>alert" not in page(asha, call) + page(asha, told)
    assert "<b>1</b>" not in page(asha, call)


def test_a_call_without_a_change_has_no_mark(asha, call):
    html = page(asha, call)
    assert 'class="was"' not in html
    assert "What changed" not in html


def test_fifty_changed_calls_cost_no_more_queries_than_one(asha, team, agent, credential):
    def a_lookup_of(calls: int) -> Lookup:
        items = []
        for _ in range(calls):
            call = a_call(team, fetched_at=timezone.now())
            an_attempt(call)
            items.append({"call": call, "outcome": "found"})
        lookup = a_lookup(team, items, asked_by=agent)
        for item in items:
            a_change(item["call"], flow_status=["IN_PROGRESS", "COMPLETED"])
        return lookup

    one, many = a_lookup_of(1), a_lookup_of(50)
    page(asha, one)
    with CaptureQueriesContext(connection) as few:
        page(asha, one)
    with CaptureQueriesContext(connection) as more:
        assert page(asha, many).count("data-row") == 50
    assert len(more) <= len(few)


def test_a_watched_call_is_marked_from_end_to_end(asha, look_up, credential, work, agent):
    lookup = look_up(reserved_uuid(MOVING, 31), credential)
    work()
    watching.start(lookup, by=agent)
    for _ in range(2):
        Lookup.objects.update(next_watch_at=timezone.now())
        work()
    said = words(page(asha, lookup))
    assert "Flow status : In progress, now → Completed" in said
    assert "Attempt 3 is new: Answered" in said
    call = Call.objects.get()
    assert Attempt.objects.filter(call=call).count() == 3
    assert "was empty" in words(page(asha, call))


def test_a_number_inside_a_flow_status_is_masked_too(asha, told, call):
    a_change(call, minutes=2, flow_status=["SENT TO 9800001111", "COMPLETED"])
    assert "9800001111" not in page(asha, call) + page(asha, told)
