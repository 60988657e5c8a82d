"""A lookup that holds one item of every kind."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.builders import a_call, a_lookup, a_team, an_attempt

STARTED = datetime(2026, 11, 12, 5, 16, 2, tzinfo=UTC)


@pytest.fixture
def team():
    return a_team(zone="Asia/Kolkata")


@pytest.fixture
def lookup(team):
    """Found with two attempts, a duplicate of it, not found, rejected, found without attempts,
    failed, pending, cancelled."""
    tried = a_call(team, request_id="REQ-1", client_identifier="PNR-1", raw='{"of": "call"}')
    an_attempt(
        tried,
        2,
        attempt_id="att-2",
        outcome="answered",
        cause_code="16",
        started_at=STARTED,
        ringing_at=STARTED + timedelta(milliseconds=1500),
        connected_at=STARTED + timedelta(seconds=5),
        ended_at=STARTED + timedelta(seconds=47),
        ring_seconds=3.5,
        talk_seconds=42.0,
        customer_number="+919812342728",
        did_number="+912248902987",
        agent_number="1001",
        ended_by="customer",
        dtmf="1",
        direction="outbound",
        recording_urls=["https://r.test/1.mp3", "https://r.test/2.mp3"],
        sms_status="QUEUED",
        email_status="SENT",
        raw='{"cost": 1.10, "id": 12345678901234567890}',
    )
    an_attempt(tried, 1, raw="not json")
    quiet = a_call(team, outcome="rejected", flow_status="NCPR_CHECK_FAILED", raw='{"of": "call"}')
    untouched = a_call(team, outcome="busy")
    an_attempt(untouched)
    return a_lookup(
        team,
        [
            {"call": tried, "outcome": "found", "columns": {"Name": "=cmd()", "City": ""}},
            {"kind": "duplicate", "uuid": tried.uuid},
            {"outcome": "not_found", "columns": {"City": "Pune"}},
            {"kind": "rejected"},
            {"call": quiet, "outcome": "found"},
            {"outcome": "failed", "reason": "Phonon refused the request."},
            {"outcome": "pending", "call": untouched},
            {"outcome": "cancelled"},
        ],
        input_columns=["Name", "City"],
    )
