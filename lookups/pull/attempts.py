"""One object of a reply → one attempt. Where they disagree, the customer's leg counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from lookups.pull.fields import AGENTS, LEG_TABLE, RECORDING_TABLE, VISITORS, plain
from lookups.pull.legs import Leg, customer_leg, leg_of, own_leg_of
from lookups.pull.messages import statuses
from lookups.pull.normalise import e164, seconds_between, text
from lookups.pull.reading import Reading
from lookups.pull.records import AttemptRecord, Message

_UNTOLD: dict[str, Any] = {
    "ringing_at": None,
    "connected_at": None,
    "ended_at": None,
    "cause_code": "",
}
_TEXTS = (
    "attempt_id",
    "number",
    "customer_number",
    "agent_number",
    "hangup_by",
    "direction",
    "agent_name",
    "queue_name",
)
_SYSTEM = ("system", "platform", "ivr", "server", "phonon", "dialer")


def attempt_of(reading: Reading, *, place: int, messages: list[Message], raw: str) -> AttemptRecord:
    """The attempt an object describes. `place` is its place among the call's attempts, from 1."""
    legs, unknown_of_legs = _legs(reading)
    own = own_leg_of(reading)
    parts = legs or [own]
    attempt_id, sent_number, stated, agent_number, hung_up, direction, agent_name, queue_name = (
        reading.shorts(_TEXTS)
    )
    stated_number = e164(stated)
    theirs = customer_leg(parts, stated_number)
    agent = next((leg for leg in parts if leg.role == "agent"), None)
    # What only an agent's phone did says nothing of ringing, talking and ending at the customer's.
    mine = own if own.role != "agent" else replace(own, **_UNTOLD)
    timed = theirs if theirs is not None and theirs.has_times else mine
    started = own.started_at or _earliest(parts)
    cdr_id = own.cdr_id or parts[0].cdr_id
    return AttemptRecord(
        key=_key(attempt_id, cdr_id, started, sent_number, place),
        sent_number=sent_number,
        attempt_id=attempt_id,
        started_at=started,
        ringing_at=timed.ringing_at,
        connected_at=timed.connected_at,
        ended_at=timed.ended_at or mine.ended_at,
        ring_seconds=seconds_between(timed.ringing_at, timed.connected_at or timed.ended_at),
        talk_seconds=seconds_between(timed.connected_at, timed.ended_at),
        customer_number=stated_number or (theirs.number if theirs else ""),
        did_number=own.did_number or _first(leg.did_number for leg in (theirs, *parts) if leg),
        agent_number=e164(agent_number) or (agent.number if agent else ""),
        cause_code=mine.cause_code or (theirs.cause_code if theirs else ""),
        ended_by=_ended_by(hung_up, theirs, agent),
        dtmf=own.dtmf or (theirs.dtmf if theirs else "") or _first(leg.dtmf for leg in parts),
        direction=_direction(direction, [own, *parts]),
        recording_urls=_recordings(reading),
        sms_status=statuses(messages, "sms") if messages else "",
        email_status=statuses(messages, "email") if messages else "",
        agent_name=agent_name,
        queue_name=queue_name,
        legs=[leg.as_dict() for leg in parts],
        unknown={**reading.unknown, **unknown_of_legs},
        raw=raw,
    )


def _legs(reading: Reading) -> tuple[list[Leg], dict[str, Any]]:
    """The legs of an attempt, and the unknown fields of each under `callDetails[0].name`."""
    legs: list[Leg] = []
    unknown: dict[str, Any] = {}
    for place, value in enumerate(reading.objects("legs")):
        of_leg = Reading(LEG_TABLE, value)
        legs.append(leg_of(of_leg))
        for name, inner in of_leg.unknown.items():
            unknown[f"{reading.name_of('legs')}[{place}].{name}"] = inner
    return legs, unknown


def _key(
    attempt_id: str, cdr_id: str, started: datetime | None, sent_number: str, place: int
) -> str:
    if attempt_id:
        return f"id:{attempt_id}"
    if cdr_id:
        return f"cdr:{cdr_id}"
    if started:
        return f"start:{started.isoformat()}"
    return f"number:{sent_number}" if sent_number else f"place:{place}"


def _earliest(legs: list[Leg]) -> datetime | None:
    return min((leg.started_at for leg in legs if leg.started_at), default=None)


def _first(values: Any) -> str:
    return next((value for value in values if value), "")


def _ended_by(stated: str, theirs: Leg | None, agent: Leg | None) -> str:
    """Who hung up: as stated, else the party whose leg says that the far end did."""
    if stated:
        return _party(stated)
    for leg, who in ((theirs, "customer"), (agent, "agent")):
        if leg is not None and leg.remote_hangup:
            return who
    said_no = any(leg is not None and leg.remote_hangup is False for leg in (theirs, agent))
    return "system" if said_no else ""


@lru_cache(maxsize=1024)
def _party(stated: str) -> str:
    name = plain(stated)
    for words, who in ((VISITORS, "customer"), (AGENTS, "agent"), (_SYSTEM, "system")):
        if any(word in name for word in words):
            return who
    return stated.lower()


def _direction(stated: str, legs: list[Leg]) -> str:
    """ "inbound" when it says so or any leg came in, "outbound" when legs say they did not."""
    if stated[:2].lower() in ("in", "ou"):
        return "inbound" if stated[:2].lower() == "in" else "outbound"
    told = [leg.incoming for leg in legs if leg.incoming is not None]
    if not told:
        return ""
    return "inbound" if any(told) else "outbound"


def _recordings(reading: Reading) -> list[str]:
    """Web addresses of recordings. Anything but http and https is left among the unknown."""
    found = []
    for entry in reading.entries("recordings"):
        url = Reading(RECORDING_TABLE, entry).long("url") if isinstance(entry, dict) else entry
        address = text(url).strip()
        if address.lower().startswith(("https://", "http://")):
            found.append(address)
        else:
            reading.does_not_fit("recordings")
    return found
