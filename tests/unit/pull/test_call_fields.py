"""Items are read together, and each as if it were alone."""

from typing import Any

import pytest

from lookups.pull.reply.call_fields import CallFields, call_fields_of
from lookups.pull.reply.fields import CALL_TABLE
from lookups.pull.reply.messages import messages_of

USUAL: dict[str, Any] = {
    "request-id": "r-1",
    "phonon-uuid": "5bc8fbbc-bde5-4099-8164-d8399f767c45",
    "client-identifier": "case 80935",
    "flowStatus": "COMPLETED",
    "keys": [{"name": "language", "value": "hi"}],
    "attempts": [{"attemptId": "a-1"}],
    "smsDetails": [{"text": "Hello", "to": "9304164459", "deliveryStatus": "SENT"}],
    "emailDetails": [{"subject": "Your call", "to": "a@example.com", "content": "<p>Hello</p>"}],
    "carrier-hint": "circle KA",
}
ODD: list[dict[str, Any]] = [
    {"request-id": 7},
    {"request-id": None},
    {"client-identifier": "x" * 300},
    {"client-identifier": ["case"]},
    {"flow-status": "FAILURE"},
    {"keys": {"language": "hi", "tries": 2, "more": {"a": 1}}},
    {"keys": {"name": "language", "value": "hi"}},
    {"keys": [{"key": "language", "value": "hi"}]},
    {"keys": [{"name": "", "value": "hi"}]},
    {"keys": [{"name": "language", "value": {"a": 1}}, {"name": "tries", "value": 2}]},
    {"keys": ["language"]},
    {"keys": "language"},
    {"keys": []},
    {"keys": None},
    {"attempts": []},
    {"attempts": {"attemptId": "a-1"}},
    {"attempts": [{"attemptId": "a-1"}, 7]},
    {"attempts": "none"},
    {"smsDetails": None},
    {"smsDetails": {"text": "Hello", "to": "9304164459"}},
    {"smsDetails": [{"text": "Hello"}, "Hello"]},
    {"smsDetails": [{"text": 7, "to": ["9304164459"], "sendTime": "soon", "route": "A"}]},
    {"emailDetails": [{"subject": {"a": 1}, "to": "a@example.com"}]},
    {"emailDetails": [{"subject": "First"}, {"subject": "Second", "status": "READ"}]},
]


def with_messages(items: list[dict[str, Any]]) -> list[tuple[CallFields, Any]]:
    every = call_fields_of(CALL_TABLE, items)
    return list(zip(every, messages_of(every), strict=True))


def alone(items: list[dict[str, Any]]) -> list[tuple[CallFields, Any]]:
    return [one for item in items for one in with_messages([item])]


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_an_odd_item_among_usual_ones_changes_nothing_but_itself(odd):
    items = [USUAL | {"request-id": "r-2"}, USUAL | odd, USUAL | {"request-id": "r-3"}]
    assert with_messages(items) == alone(items)
    assert [one.request_id for one in call_fields_of(CALL_TABLE, items)[::2]] == ["r-2", "r-3"]


def test_items_with_other_names_keep_their_places():
    items = [USUAL | odd for odd in ODD] * 2
    assert with_messages(items) == alone(items)


def test_usual_flow_variables_come_by_name():
    [one] = call_fields_of(CALL_TABLE, [USUAL])
    assert one.keys == {"language": "hi"}
    [one] = call_fields_of(CALL_TABLE, [USUAL | {"keys": {"language": "hi", "tries": 2}}])
    assert one.keys == {"language": "hi", "tries": "2"}


def test_messages_that_do_not_fit_stay_among_the_unknown():
    item = USUAL | {"smsDetails": [{"text": "Hello", "to": ["9304164459"], "route": "A"}]}
    [(one, [sms, email])] = with_messages([item])
    assert (sms.kind, sms.to, sms.text) == ("sms", "", "Hello")
    assert (email.kind, email.to, email.text) == ("email", "a@example.com", "Your call")
    assert one.unknown == {
        "carrier-hint": "circle KA",
        "smsDetails[].to": ["9304164459"],
        "smsDetails[].route": "A",
    }
