"""Which rows a lookup or a search gives, and what each column tells."""

from datetime import timedelta

import pytest

from lookups import exports, search
from lookups.exports import COLUMNS, call_rows, lookup_rows, rows
from tests.integration.builders import NOON, a_call, a_lookup, a_team, an_attempt
from tests.integration.exports.reading import dicts

pytestmark = pytest.mark.django_db


def complaints_about(told, lookup):
    """What is missing from or too much in the rows of a lookup, as sentences."""
    expected = []
    for item in lookup.items.filter(kind="unique").order_by("position"):
        attempts = list(item.call.attempts.order_by("number")) if item.outcome == "found" else []
        expected += [(str(item.position), str(one.number)) for one in attempts]
        expected += [] if attempts else [(str(item.position), None)]
    got = [(row["position"], row["attempt_number"]) for row in told]
    missing = [
        f"item {place}, attempt {number} is missing"
        for place, number in expected
        if (place, number) not in got
    ]
    extra = [] if len(got) <= len(expected) else ["there are rows too many"]
    return missing + extra + ([] if missing or got == expected else ["the order is wrong"])


def test_a_lookup_gives_one_row_per_attempt_and_one_per_item_without_any(lookup):
    table = lookup_rows(lookup)
    told = dicts(table)
    assert complaints_about(told, lookup) == []
    assert [row["item_outcome"] for row in told] == [
        "found",
        "found",
        "not_found",
        "found",
        "failed",
        "pending",
        "cancelled",
    ]
    assert table.count() == len(told) == 7


def test_the_check_complains_of_a_serializer_that_forgets_items_without_attempts(
    lookup, monkeypatch
):
    def forgetful(item, call, attempts, zone):
        return real(item, call, attempts, zone) if attempts else iter(())

    real = rows.item_rows
    monkeypatch.setattr(rows, "item_rows", forgetful)
    assert complaints_about(dicts(lookup_rows(lookup)), lookup) == [
        f"item {place}, attempt None is missing" for place in (3, 5, 6, 7, 8)
    ]


def test_the_check_complains_of_a_serializer_that_tells_the_last_attempt_only(lookup, monkeypatch):
    real = rows.item_rows
    monkeypatch.setattr(rows, "item_rows", lambda *a: list(real(*a))[-1:])
    assert complaints_about(dicts(lookup_rows(lookup)), lookup) == ["item 1, attempt 1 is missing"]


def test_the_columns_stand_in_the_order_that_scripts_know():
    assert " ".join(COLUMNS) == (
        "position phonon_uuid item_outcome request_id client_identifier flow_status "
        "attempt_number attempt_id outcome started_at ringing_at connected_at ended_at "
        "ring_seconds talk_seconds customer_number did_number cause_code cause ended_by dtmf "
        "direction agent_number recording_urls sms_status email_status fetched_at raw"
    )


def test_an_attempt_is_told_in_all_its_columns(lookup):
    row = dicts(lookup_rows(lookup))[1]
    call = lookup.items.get(position=1).call
    assert row == {
        "position": "1",
        "phonon_uuid": call.uuid,
        "item_outcome": "found",
        "request_id": "REQ-1",
        "client_identifier": "PNR-1",
        "flow_status": "COMPLETED",
        "attempt_number": "2",
        "attempt_id": "att-2",
        "outcome": "answered",
        "started_at": "2026-11-12T10:46:02+05:30",
        "ringing_at": "2026-11-12T10:46:03.500000+05:30",
        "connected_at": "2026-11-12T10:46:07+05:30",
        "ended_at": "2026-11-12T10:46:49+05:30",
        "ring_seconds": "3.5",
        "talk_seconds": "42",
        "customer_number": "+919812342728",
        "did_number": "+912248902987",
        "cause_code": "16",
        "cause": "Normal clearing",
        "ended_by": "customer",
        "dtmf": "1",
        "direction": "outbound",
        "agent_number": "1001",
        "recording_urls": "https://r.test/1.mp3 https://r.test/2.mp3",
        "sms_status": "QUEUED",
        "email_status": "SENT",
        "fetched_at": "2026-11-12T18:30:00+05:30",
        "raw": '{"cost": 1.10, "id": 12345678901234567890}',
        "input_Name": "=cmd()",
        "input_City": None,
    }


def test_the_columns_are_those_of_the_front_door_in_its_order(lookup):
    assert ", ".join(lookup_rows(lookup).columns) == (
        "position, phonon_uuid, item_outcome, request_id, client_identifier, flow_status, "
        "attempt_number, attempt_id, outcome, started_at, ringing_at, connected_at, ended_at, "
        "ring_seconds, talk_seconds, customer_number, did_number, cause_code, cause, ended_by, "
        "dtmf, direction, agent_number, recording_urls, sms_status, email_status, fetched_at, "
        "raw, input_Name, input_City"
    )


def test_a_found_call_without_attempts_tells_what_is_known_of_the_call(lookup):
    row = dicts(lookup_rows(lookup))[3]
    known = {name: value for name, value in row.items() if value is not None}
    assert known == {
        "position": "5",
        "phonon_uuid": lookup.items.get(position=5).uuid,
        "item_outcome": "found",
        "flow_status": "NCPR_CHECK_FAILED",
        "outcome": "rejected",
        "fetched_at": "2026-11-12T18:30:00+05:30",
        "raw": '{"of": "call"}',
    }


def test_an_item_that_was_not_found_holds_nothing_but_itself_and_its_input(lookup):
    row = dicts(lookup_rows(lookup))[2]
    known = {name for name, value in row.items() if value is not None}
    assert known == {"position", "phonon_uuid", "item_outcome", "input_City"}
    pending = dicts(lookup_rows(lookup))[5]
    assert pending["outcome"] is None
    assert pending["raw"] is None


def test_times_follow_the_zone_of_the_team(lookup):
    lookup.team.zone = "America/New_York"
    assert dicts(lookup_rows(lookup))[1]["started_at"] == "2026-11-12T00:16:02-05:00"


def test_long_lookups_are_read_in_chunks_with_three_queries_each(
    team, monkeypatch, django_assert_num_queries
):
    calls = [a_call(team) for _ in range(7)]
    for call in calls:
        an_attempt(call)
    lookup = a_lookup(team, [{"call": call, "outcome": "found"} for call in calls])
    monkeypatch.setattr(rows, "CHUNK", 3)
    with django_assert_num_queries(3 * 3 + 1):
        told = dicts(lookup_rows(lookup))
    assert complaints_about(told, lookup) == []


def test_a_search_gives_its_calls_in_order_with_positions_from_1(team, lookup, monkeypatch):
    monkeypatch.setattr(rows, "CHUNK", 2)
    found = search.apply(search.parse(""), team=team)
    table = call_rows(found, team)
    told = dicts(table)
    assert [(row["position"], row["attempt_number"]) for row in told] == [
        ("1", "1"),
        ("2", None),
        ("3", "1"),
        ("3", "2"),
    ]
    assert list(dict.fromkeys(row["phonon_uuid"] for row in told)) == [one.uuid for one in found]
    assert {row["item_outcome"] for row in told} == {"found"}
    assert table.columns == COLUMNS
    assert table.count() == 4


def test_a_search_and_a_lookup_tell_the_same_of_the_same_call(team, lookup):
    of_lookup = dicts(lookup_rows(lookup))[1]
    found = search.apply(search.parse(f"uuid:{of_lookup['phonon_uuid']}"), team=team)
    assert dicts(call_rows(found, team))[1] == {name: of_lookup[name] for name in COLUMNS}


def test_a_call_that_moves_up_while_the_file_is_written_is_told_once(team, monkeypatch):
    calls = [a_call(team, listed_at=NOON - timedelta(days=day)) for day in range(4)]
    monkeypatch.setattr(rows, "CHUNK", 1)
    told = iter(call_rows(search.apply(search.parse(""), team=team), team).rows)
    first = next(told)
    calls[3].listed_at = NOON + timedelta(days=1)
    calls[3].save()
    assert [row[1] for row in [first, *told]] == [call.uuid for call in calls]


def test_calls_of_another_team_are_never_rows(team, lookup):
    other = a_team()
    theirs = a_call(other)
    an_attempt(theirs)
    everything = search.apply(search.parse(""), team=other)
    assert list(call_rows(everything, team).rows) == []
    stray = a_lookup(team, [{"call": theirs, "outcome": "found"}])
    assert [row["attempt_number"] for row in dicts(lookup_rows(stray))] == [None]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (42.0, "42"),
        (0.0, "0"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (1e22, "1" + "0" * 22),
        (float("nan"), None),
        (None, None),
        (86400, "86400"),
    ],
)
def test_numbers_are_plain(value, text):
    assert exports.rows.cells.number(value) == text
