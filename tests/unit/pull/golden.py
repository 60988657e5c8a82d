"""One made-up call, three attempts, in each shape and spelling a reply may have."""

import copy
import json
from typing import Any

UUID = "0f5b1c2e-7d31-4a55-9c0e-5d1b2a3c4d5e"
OTHER = "1a2b3c4d-0000-4111-8222-333344445555"


def leg(number: int, *, connected: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "cdrId": f"0f5b1c2e-7d31-4a55-9c0e-00000000000{number}##pbx-9",
        "startTime": f"2026-11-12T10:{number}0:00+05:30",
        "ringingStartTime": f"2026-11-12T10:{number}0:02.08+05:30",
        "endTime": f"2026-11-12T10:{number}0:51.901+05:30",
        "calleeNumber": "919812342728",
        "didNumber": "+918047181000",
        "hangupCause": "16" if connected else "18",
        "duration": "51901",
        "incoming": False,
        "calleeType": "VISITOR",
        "remoteHangup": "true" if connected else False,
        "is_ringing": "false",
        "foreignCallIds": ["f-1"],
    }
    if connected:
        fields["connectTime"] = f"2026-11-12T10:{number}0:09.901Z+05:30"
        fields["dtmfPressesd"] = [
            {"key": "1", "eventTime": "2026-11-12T10:30:12+05:30", "label": "Yes"},
            {"key": 2, "eventTime": "2026-11-12T10:30:14+05:30", "label": "No"},
        ]
    return fields


def agents_leg(number: int) -> dict[str, Any]:
    return {
        "cdrId": f"0f5b1c2e-7d31-4a55-9c0e-0000000000a{number}##pbx-9",
        "startTime": f"2026-11-12T10:{number}0:00+05:30",
        "connectTime": f"2026-11-12T10:{number}0:01+05:30",
        "endTime": f"2026-11-12T10:{number}0:52+05:30",
        "calleeNumber": "+918046690012",
        "hangupCause": "16",
        "calleeType": "HARD_PHONE",
        "incoming": "false",
    }


def attempt(number: int) -> dict[str, Any]:
    last = number == 3
    fields: dict[str, Any] = {
        "attemptNumber": "FINAL" if last else str(number),
        "attemptId": f"attempt-{number}",
        "callDetails": [agents_leg(number), leg(number, connected=last)],
        "agentName": "Asha Verma",
        "queueName": "Renewals",
    }
    if last:
        fields["recordingUrls"] = [
            {
                "recordedFileName": "a.mp3",
                "recordedFilePublicPath": "https://recordings.example.com/a.mp3",
            }
        ]
    return fields


CALL: dict[str, Any] = {
    "request-id": "11111111-2222-4333-8444-555555555555",
    "phonon-uuid": UUID,
    "client-identifier": "case 88121",
    "flowStatus": "COMPLETED",
    "keys": [{"name": "language", "value": "hi"}],
}
MESSAGES: dict[str, Any] = {
    "smsDetails": [
        {
            "id": "s1",
            "text": "We called. $flow.key.name",
            "to": "+919812342728",
            "from": "PHNDMO",
            "sendTime": "2026-11-12T10:31:00+05:30",
            "deliveryStatus": "SENT_TO_QUEUE",
        }
    ],
    "emailDetails": [
        {"id": "e1", "subject": "Your call", "content": "<p>secret html</p>", "from": "a@b.example"}
    ],
}


def nested() -> dict[str, Any]:
    item = {**CALL, "attempts": [attempt(number) for number in (1, 2, 3)], **MESSAGES}
    return envelope([copy.deepcopy(item)])


def flat() -> dict[str, Any]:
    items = [{**CALL, **attempt(number)} for number in (1, 2, 3)]
    items[-1].update(MESSAGES)
    return envelope(copy.deepcopy(items))


def envelope(items: Any, code: int = 200, message: str = "Success") -> dict[str, Any]:
    return {"api-response-code": code, "api-response-message": message, "data": items}


def hyphened(value: Any) -> Any:
    """The same value with every name as its hyphenated cousin."""
    if isinstance(value, list):
        return [hyphened(inner) for inner in value]
    if isinstance(value, dict):
        return {_hyphen(name): hyphened(inner) for name, inner in value.items()}
    return value


def _hyphen(name: str) -> str:
    parts = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
    return parts.replace("_", "-")


def as_bytes(value: Any) -> bytes:
    return json.dumps(value).encode()
