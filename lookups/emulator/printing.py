"""How a pretend call is written down in a reply: two shapes, two spellings, and the known traps.

Traps on purpose: numbers as strings, `"true"` beside `true`, fields left out, a field nobody
documented, `.08` fractions, the invalid `Z+05:30`, `FINAL` in place of a number.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from lookups.emulator.calls import HOSTILE_TEXT, Attempt, Call

INDIA_MS = 19_800_000
DAY_MS = 86_400_000

Fields = dict[str, Any]
dump = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


@lru_cache(maxsize=4096)
def _date(days: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=days)).isoformat()


def stamp(milliseconds: int, *, zone: str = "+05:30") -> str:
    """Indian time as ISO 8601; as many digits of a second as are not zero, as samples show.

    By arithmetic, since a reply holds thousands of times and datetime takes three times as long.
    """
    days, left = divmod(milliseconds + INDIA_MS, DAY_MS)
    seconds, fraction = divmod(left, 1000)
    minutes, second = divmod(seconds, 60)
    text = f"{_date(days)}T{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}"
    return f"{text}.{fraction:03d}".rstrip("0") + zone if fraction else text + zone


def items_of(call: Call, *, shape: str, style: str, last_only: bool) -> list[str]:
    """The reply items of one call as JSON text: one per attempt (flat), or just one (nested)."""
    attempts = call.attempts[-1:] if last_only else call.attempts
    printed = [_attempt(call, attempt, last_only=last_only) for attempt in attempts]
    spell = _hyphened if style == "hyphen" else _as_is
    if shape == "flat":
        rows: list[Fields] = [{**_call(call), **attempt} for attempt in printed] or [_call(call)]
        if attempts:
            rows[-1].update(_messages(call))
        return [dump(spell(row)) for row in rows]
    whole = {**_call(call), "attempts": printed, **_messages(call)}
    return [dump(spell(whole))]


def _quirk(call: Call, bit: int) -> bool:
    """True for one call in eight, another eighth for each bit from 0 to 9."""
    return (call.quirks >> (3 * bit)) & 7 == 7


def _call(call: Call) -> Fields:
    fields: Fields = {
        "request-id": f"{call.uuid[:8]}-4e71-4aaa-9bbb-{call.uuid[24:]}",
        "phonon-uuid": call.uuid,
        "client-identifier": HOSTILE_TEXT[0] if call.hostile else call.case,
        "flowStatus": call.flow_status,
        "keys": [{"name": "language", "value": HOSTILE_TEXT[1] if call.hostile else "hi"}],
    }
    if _quirk(call, 0) and not call.hostile:
        del fields["client-identifier"]
    if _quirk(call, 1):
        fields["carrier-hint"] = "circle KA"
    return fields


def _attempt(call: Call, attempt: Attempt, *, last_only: bool) -> Fields:
    is_last = attempt.number == len(call.attempts)
    number: str | int = str(attempt.number)
    if is_last and (call.final or last_only):
        number = "FINAL"
    elif _quirk(call, 2):
        number = attempt.number
    fields: Fields = {"attemptNumber": number}
    if not _quirk(call, 3):
        fields["attemptId"] = f"{call.uuid[:18]}-a{attempt.number:03d}-{call.uuid[24:]}"
    if call.kind == "broadcast" and call.quirks & 1:
        fields.update(_leg(call, attempt, "VISITOR"))
        del fields["calleeNumber"], fields["calleeType"], fields["cdrId"]
        fields["customerNumber"] = _customer(call)
    else:
        fields["callDetails"] = _legs(call, attempt)
    if attempt.ended_by and not _quirk(call, 4):
        fields["hangupBy"] = attempt.ended_by
    if attempt.agent:
        fields["agentName"] = HOSTILE_TEXT[2] if call.hostile else attempt.agent
        fields["queueName"] = HOSTILE_TEXT[3] if call.hostile else call.queue
    if attempt.recorded:
        name = f"{call.uuid}-{attempt.number}.mp3"
        fields["recordingUrls"] = [
            {
                "recordedFileName": name,
                "recordedFilePublicPath": f"https://recordings.example.com/{name}",
            }
        ]
    return fields


def _customer(call: Call) -> str:
    return call.customer[1:] if _quirk(call, 5) else call.customer


def _legs(call: Call, attempt: Attempt) -> list[Fields]:
    customer = _leg(call, attempt, "VISITOR")
    if call.kind == "broadcast":
        return [customer]
    agent = _leg(call, attempt, "HARD_PHONE")
    return [customer, agent] if call.kind == "inbound" else [agent, customer]


def _leg(call: Call, attempt: Attempt, callee_type: str) -> Fields:
    is_agent = callee_type == "HARD_PHONE"
    ringing, connect, cause = attempt.ringing, attempt.connect, attempt.cause
    if is_agent and call.kind == "dialer" and attempt.end:
        # The dialer rings the agent first: that leg is connected whatever the customer does.
        ringing, connect, cause = attempt.start + 200, attempt.start + 600, "16"
    zone = "Z+05:30" if _quirk(call, 6) else "+05:30"
    yes: bool | str = "true" if _quirk(call, 7) else True
    no: bool | str = "false" if _quirk(call, 7) else False
    place = f"{attempt.number:02d}{'a' if is_agent else 'c'}"
    leg: Fields = {
        "cdrId": f"{call.uuid[:24]}{place}{call.uuid[27:]}##pbx-9",
        "startTime": stamp(attempt.start, zone=zone),
    }
    if ringing:
        leg["ringingStartTime"] = stamp(ringing, zone=zone)
    if connect:
        leg["connectTime"] = stamp(connect, zone=zone)
    if attempt.end:
        leg["endTime"] = stamp(attempt.end, zone=zone)
        leg["duration"] = str(attempt.end - attempt.start)
    leg["calleeNumber"] = "+918046690012" if is_agent else _customer(call)
    leg["didNumber"] = call.did
    if cause:
        leg["hangupCause"] = int(cause) if _quirk(call, 8) else cause
    if attempt.keys_pressed and not is_agent:
        leg["dtmfPressesd"] = [
            {"key": key, "eventTime": stamp(connect + 3_000 * place), "label": f"menu {place}"}
            for place, key in enumerate(attempt.keys_pressed, start=1)
        ]
    leg["incoming"] = yes if call.kind == "inbound" and not is_agent else no
    leg["calleeType"] = callee_type
    if attempt.end:
        ended_here = attempt.ended_by == ("agent" if is_agent else "customer")
        leg["remoteHangup"] = yes if ended_here else no
    leg["is_ringing"] = no if attempt.end else yes
    return leg


def _messages(call: Call) -> Fields:
    fields: Fields = {}
    if not call.attempts:
        return fields
    after = (call.attempts[-1].end or call.attempts[-1].start) + 1_500
    if call.texted:
        text = HOSTILE_TEXT[4] if call.hostile else f"We tried to reach you about {call.case}."
        fields["smsDetails"] = [
            {
                "id": f"sms-{call.uuid[:8]}",
                "text": text + (" $flow.key.name" if _quirk(call, 9) else ""),
                "to": call.customer,
                "from": "PHNDMO",
                "sendTime": stamp(after),
                "deliveryStatus": "SENT_TO_QUEUE",
            }
        ]
    if call.mailed:
        fields["emailDetails"] = [
            {
                "id": f"mail-{call.uuid[:8]}",
                "subject": HOSTILE_TEXT[5] if call.hostile else f"Your call, {call.case}",
                "content": "<html><body><script>window.pwn=2</script><p>Hello</p></body></html>",
                "from": "desk@example.com",
                "to": "customer@example.com",
                "sendTime": stamp(after + 4_000),
                "deliveryStatus": "SENT_TO_QUEUE",
            }
        ]
    return fields


def _as_is(value: Fields) -> Fields:
    return value


@lru_cache(maxsize=256)
def _hyphen(name: str) -> str:
    """`ringingStartTime` and `is_ringing` as their hyphenated cousins."""
    parts = (f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
    return "".join(parts).replace("_", "-")


def _hyphened(value: Fields) -> Fields:
    return {
        _hyphen(name): [_hyphened(one) if isinstance(one, dict) else one for one in inner]
        if isinstance(inner, list)
        else inner
        for name, inner in value.items()
    }
