"""Search on the database: which calls a query finds, and paging through them."""

from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest

from lookups import search
from lookups.models import Call
from lookups.search import SearchError, parse
from lookups.search.filters import KINDS
from tests.integration.builders import NOON, a_call, a_credential, a_lookup, a_team

pytestmark = pytest.mark.django_db

UUID = "b2f9909e-9ac4-4e5c-9ac8-183f24ea9436"
# Midnight of 12 November in Kolkata is 18:30 UTC.
ANN = {
    "uuid": UUID,
    "outcome": "answered",
    "cause_code": "16",
    "customer_number": "+919812342728",
    "did_number": "+912248902987",
    "talk_seconds": 42.0,
    "dtmf": "1 2",
    "attempt_outcomes": ["no_answer", "no_answer", "answered"],
    "client_identifier": "PNR-4821 100%_off",
    "request_id": "REQ-1",
    "flow_status": "COMPLETED",
    "is_final": True,
    "listed_at": datetime(2026, 11, 11, 18, 30, tzinfo=UTC),
}
BOB = {
    "outcome": "busy",
    "cause_code": "17",
    "customer_number": "+919898980413",
    "did_number": "+912248902991",
    "dtmf": "12",
    "attempt_outcomes": ["busy"],
    "client_identifier": "PNR-9034 100 off",
    "request_id": "REQ-12",
    "flow_status": "Reattempt scheduled",
    "listed_at": datetime(2026, 11, 11, 18, 29, 59, tzinfo=UTC),
}
CYD = {
    "outcome": "rejected",
    "flow_status": "NCPR_CHECK_FAILED",
    "listed_at": datetime(2026, 11, 12, 18, 30, tzinfo=UTC),
}


@pytest.fixture
def team():
    return a_team(zone="Asia/Kolkata")


@pytest.fixture
def cast(team):
    """Three calls that differ in everything."""
    first = a_credential(team, "Flight delays")
    second = a_credential(team, "Hotel")
    calls = {
        "ann": a_call(team, credential=first, **ANN),
        "bob": a_call(team, credential=second, **BOB),
        "cyd": a_call(team, credential=second, **CYD),
    }
    a_lookup(team, [{"call": calls["ann"], "outcome": "found"}, {}], id=318)
    return {call.pk: name for name, call in calls.items()}


def found(text, team, cast):
    return {cast[call.pk] for call in search.apply(parse(text), team=team)}


FINDS = [
    ("", "ann bob cyd"),
    ("outcome:answered", "ann"),
    ("outcome:answered,busy", "ann bob"),
    ("cause:16", "ann"),
    ("cause:busy", "bob"),
    ("cause:user_busy", "bob"),
    ("cause:none", "cyd"),
    ("number:2728", "ann"),
    ("number:+919812342728", "ann"),
    ("number:+19812342728", ""),
    ("number:09812342728", "ann"),
    ("number:12342728", "ann"),
    ("number:98123427", ""),
    ("did:2987,2991", "ann bob"),
    ("after:2026-11-12", "ann cyd"),
    ("before:2026-11-12", "bob"),
    ("on:2026-11-12", "ann"),
    ("after:2026-11-11T23:59 before:2026-11-12T00:01", "ann bob"),
    ("talk:>30", "ann"),
    ("talk:<30", ""),
    ("talk:42", "ann"),
    ("talk:>=42 talk:<=42", "ann"),
    ("key:1", "ann"),
    ("key:2", "ann"),
    ("key:12", "bob"),
    ("attempts:>2", "ann"),
    ("attempts:0", "cyd"),
    ("attempts:<2", "bob cyd"),
    ("attempts:>=1 attempts:<=1", "bob"),
    ("lookup:318", "ann"),
    ("lookup:999999999999999999", ""),
    ('credential:"flight DELAYS"', "ann"),
    ("credential:flight", ""),
    ("client:pnr", "ann bob"),
    ("client:100%", "ann"),
    ("client:0%_", "ann"),
    ("client:%", "ann"),
    ("request:req-1", "ann"),
    ("status:completed", "ann"),
    ("status:reattempt_scheduled", "bob"),
    ('status:"do-not-disturb number"', "cyd"),
    ("final:yes", "ann"),
    ("final:no", "bob cyd"),
    (f"uuid:{UUID}", "ann"),
    (UUID.upper(), "ann"),
    (f"{UUID} 00000000-0000-4000-8000-ffffffffffff", "ann"),
    ("2728", "ann"),
    ('"+91 98123-42728"', "ann"),
    ("2991", "bob"),
    ("4821", "ann"),
    ("pnr", "ann bob"),
    ("req-12", "bob"),
    ("reattempt", "bob"),
    ('"PNR-9034 100"', "bob"),
    ("'; DROP TABLE lookups_call; --", ""),
    ("pnr -4821", "bob"),
    ("-outcome:busy did:2987,2991", "ann"),
    ("outcome:busy after:2026-11-12", ""),
]


@pytest.mark.parametrize(("text", "names"), FINDS)
def test_a_query_finds_its_calls(text, names, team, cast):
    assert found(text, team, cast) == set(names.split())


@pytest.mark.parametrize("text", [text for text, _ in FINDS if text and " " not in text])
def test_a_minus_finds_all_the_others(text, team, cast):
    others = set(cast.values()) - found(text, team, cast)
    assert found(f"-{text}", team, cast) == others


def test_the_table_above_tries_every_filter():
    tried = {one.name for text, _ in FINDS for one in parse(text).filters}
    assert tried == {*KINDS, "text"}


@pytest.mark.parametrize("text", [text for text, _ in FINDS] + ["-outcome:busy", "-lookup:318"])
def test_no_query_finds_a_call_of_another_team(text, team, cast):
    assert not search.apply(parse(text), team=a_team()).exists()


def test_a_lookup_of_another_team_finds_nothing_even_if_it_points_at_our_call(team, cast):
    ours = Call.objects.get(uuid=UUID)
    theirs = a_lookup(a_team(), [{"call": ours, "outcome": "found"}])
    assert not search.apply(parse(f"lookup:{theirs.pk}"), team=team).exists()


def test_negation_counts_a_call_without_talk_time_as_not_longer(team, cast):
    assert found("-talk:>30", team, cast) == {"bob", "cyd"}


def test_days_begin_in_the_zone_of_the_team(team, cast):
    team.zone = "UTC"
    assert found("on:2026-11-12", team, cast) == {"cyd"}


def test_calls_come_newest_first_and_the_later_row_wins_a_tie(team):
    at = [NOON, NOON - timedelta(days=1), NOON]
    calls = [a_call(team, listed_at=moment) for moment in at]
    in_order = list(search.apply(parse(""), team=team))
    assert in_order == [calls[2], calls[0], calls[1]]


# Paging.


@pytest.fixture
def many(team):
    """23 calls, most of them with a neighbour of the same moment."""
    return [a_call(team, listed_at=NOON - timedelta(microseconds=i // 7)) for i in range(23)]


def walked(queryset, *, size, page=search.page):
    """The ids of the pages from the newest to the oldest, and of those back to the newest."""
    down, pages = [], page(queryset, None, size)
    assert pages.newer is None
    while True:
        down.append([call.pk for call in pages.rows])
        if pages.older is None:
            break
        pages = page(queryset, pages.older, size)
    up = [[call.pk for call in pages.rows]]
    while pages.newer is not None:
        pages = page(queryset, pages.newer, size)
        up.append([call.pk for call in pages.rows])
    return down, up


def complaints(queryset, *, size, page=search.page):
    down, up = walked(queryset, size=size, page=page)
    expected = [call.pk for call in queryset]
    told = []
    if list(chain(*down)) != expected:
        told.append("down")
    if list(chain(*reversed(up))) != expected:
        told.append("up")
    return told


@pytest.mark.parametrize("size", [1, 2, 5, 7, 22, 23, 50])
def test_paging_walks_every_call_once_in_both_directions(size, team, many):
    assert complaints(search.apply(parse(""), team=team), size=size) == []


def test_the_walk_notices_a_page_that_forgets_equal_moments(team, many):
    def forgetful(queryset, cursor, size):
        if cursor and cursor.startswith("o"):
            at = NOON - timedelta(microseconds=1)
            queryset = queryset.filter(listed_at__lt=at)
        return search.page(queryset, cursor, size)

    assert "down" in complaints(search.apply(parse(""), team=team), size=5, page=forgetful)


def test_a_new_call_does_not_shift_the_next_page(team, many):
    calls = search.apply(parse(""), team=team)
    first = search.page(calls, None, 5)
    expected = [call.pk for call in calls[5:10]]
    a_call(team, listed_at=NOON + timedelta(hours=1))
    assert [call.pk for call in search.page(calls, first.older, 5).rows] == expected


@pytest.mark.parametrize(
    "cursor",
    ["x", "o", "o1.2.3", "o1", "n-.1", "o1.-1", "o" + "f" * 16 + ".1", "o1.1\n", "ö1.1", "o\x00.1"],
)
def test_a_cursor_that_no_page_made_is_refused(cursor, team):
    with pytest.raises(SearchError, match="not complete"):
        search.page(search.apply(parse(""), team=team), cursor)


@pytest.mark.parametrize("cursor", ["o1.fffffffffffffff", "n-ffffffffffff.1", "n0.0"])
def test_a_cursor_beyond_all_calls_is_an_empty_or_a_whole_page(cursor, team, many):
    rows = search.page(search.apply(parse(""), team=team), cursor).rows
    assert len(rows) == (0 if cursor.startswith("o") else 23)


def test_the_page_of_no_calls_is_empty_and_leads_nowhere(team):
    assert search.page(search.apply(parse(""), team=team)) == search.Page([], None, None)


def test_a_count_stops_at_its_cap(team, many):
    calls = search.apply(parse(""), team=team)
    assert search.capped_count(calls, cap=22) == (22, True)
    assert search.capped_count(calls, cap=23) == (23, False)
    assert search.capped_count(calls) == (23, False)


def test_a_count_is_said_in_words(team, many):
    calls = search.apply(parse(""), team=team)
    assert search.count_words(calls) == "23 calls"
    assert search.count_words(calls, cap=22) == "more than 22 calls"
    assert search.count_words(calls.filter(pk=many[0].pk)) == "1 call"
    assert search.count_words(calls.none()) == "no calls"


def test_a_full_page_takes_one_query(team, many, django_assert_num_queries):
    with django_assert_num_queries(1):
        search.page(search.apply(parse("outcome:answered key:1 attempts:>1"), team=team))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("did:" + ",".join(map(str, range(2910, 3000))), "ann bob"),
        ("did:" + ",".join(map(str, range(10_00, 10_99))), ""),
        (" ".join(["outcome:busy"] * 20), "bob"),
        (" ".join(map(str, range(1000, 1020))), ""),
        ("-x " * 20, "ann bob cyd"),
    ],
)
def test_the_largest_searches_allowed_still_run(text, names, team, cast):
    assert found(text, team, cast) == set(names.split())
