"""Objects are read together, and each as if it were alone."""

from typing import Any

import pytest

from lookups.pull.reply.attempt_fields import AttemptFields, attempt_fields_of
from lookups.pull.reply.fields import ATTEMPT_TABLE

USUAL: dict[str, Any] = {
    "attemptNumber": "1",
    "attemptId": "a-1",
    "startTime": "2026-10-24T14:25:00+05:30",
    "endTime": "2026-10-24T14:25:37.804+05:30",
    "hangupCause": "18",
    "incoming": False,
    "customerNumber": "+919592451847",
    "hangupBy": "system",
    "recordingUrls": [],
    "carrier-hint": "circle KA",
}
ODD: list[dict[str, Any]] = [
    {"attemptNumber": 1},
    {"attemptNumber": [1]},
    {"attemptId": None},
    {"attemptId": "  a-2 "},
    {"attemptId": "x" * 300},
    {"attemptId": 10**17},
    {"startTime": "2026-10-24T14:25:00Z+05:30"},
    {"startTime": "2026-10-24T14:25:00"},
    {"startTime": "2026-10-24 14:25:00"},
    {"startTime": 1761296100000},
    {"startTime": "yesterday"},
    {"startTime": None},
    {"startTime": "1969-10-24T14:25:00+05:30"},
    {"incoming": "true"},
    {"incoming": "perhaps"},
    {"incoming": None},
    {"customerNumber": 919592451847},
    {"customerNumber": "anonymous"},
    {"hangupBy": "VISITOR"},
    {"recordingUrls": ["https://example.com/a.wav"]},
    {"recordingUrls": ["ftp://example.com/a.wav"]},
    {"recordingUrls": "https://example.com/a.wav"},
    {"dtmfPressesd": [{"key": "1"}, {"key": "2"}]},
    {"dtmfPressesd": [{"digit": "1"}]},
    {"callDetails": [{"cdrId": "c-1"}]},
    {"callDetails": ["c-1"]},
    {"start-time": "2026-10-24T14:30:00+05:30"},
]


def alone(values: list[dict[str, Any]]) -> list[AttemptFields]:
    return [one for value in values for one in attempt_fields_of(ATTEMPT_TABLE, [value])]


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_an_odd_object_among_usual_ones_changes_nothing_but_itself(odd):
    values = [USUAL | {"attemptId": "b-1"}, USUAL | odd, USUAL | {"attemptId": "b-2"}]
    assert attempt_fields_of(ATTEMPT_TABLE, values) == alone(values)
    assert [one.attempt_id for one in attempt_fields_of(ATTEMPT_TABLE, values)[::2]] == [
        "b-1",
        "b-2",
    ]


def test_objects_with_other_names_keep_their_places():
    values = [USUAL | odd for odd in ODD] * 2
    assert attempt_fields_of(ATTEMPT_TABLE, values) == alone(values)


def test_what_does_not_fit_stays_among_the_unknown():
    _, odd = attempt_fields_of(ATTEMPT_TABLE, [USUAL, USUAL | {"startTime": "yesterday"}])
    assert odd.started_at is None
    assert odd.unknown == {"carrier-hint": "circle KA", "startTime": "yesterday"}


def test_of_nothing_nothing_is_read():
    assert attempt_fields_of(ATTEMPT_TABLE, []) == []
    assert attempt_fields_of(ATTEMPT_TABLE, [{}])[0].attempt_id == ""
