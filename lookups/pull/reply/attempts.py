"""One object of a reply → one attempt. Where they disagree, the customer's leg counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lookups.pull.records import AttemptRecord, Message
from lookups.pull.reply.attempt_fields import Told, told
from lookups.pull.reply.fields import LEG_TABLE
from lookups.pull.reply.legs import agent_leg, customer_leg
from lookups.pull.reply.many_objects import apart
from lookups.pull.reply.messages import statuses
from lookups.pull.reply.normalise import seconds_between


def legs_of(attempts: Sequence[Told]) -> list[list[Told]]:
    """The legs of each of these attempts."""
    groups = [own.legs for own in attempts]
    return apart(told(LEG_TABLE, [leg for group in groups for leg in group]), groups)


def attempt_of(
    own: Told, legs: Sequence[Told], *, place: int, messages: list[Message], raw: str
) -> AttemptRecord:
    """The attempt an object tells of. `place` is its place among the call's attempts, from 1."""
    parts = legs or (own,)
    theirs = customer_leg(parts, own.customer_number)
    agent = agent_leg(parts)
    # What only an agent's phone did says nothing of ringing, talking and ending at the customer's.
    mine = None if own.callee_type == "agent" else own
    timed = theirs if theirs is not None and theirs.has_times else mine
    ringing, connected, ended = (
        (timed.ringing, timed.connected, timed.ended) if timed else (None, None, None)
    )
    if ended is None and mine:
        ended = mine.ended
    started = own.started or _earliest(parts)
    # By place, as that takes less than half of the time that it takes by name.
    return AttemptRecord(
        _key(own.attempt_id, own.cdr_id or parts[0].cdr_id, started, own.number, place),
        own.number,
        own.attempt_id,
        started,
        ringing,
        connected,
        ended,
        seconds_between(ringing, connected or ended),
        seconds_between(connected, ended),
        own.customer_number or (theirs.callee_number if theirs else ""),
        own.did_number or _first("did_number", theirs, legs),
        own.agent_number or (agent.callee_number if agent else ""),
        (mine.cause if mine else "") or (theirs.cause if theirs else ""),
        own.hangup_by or _who_hung_up(theirs, agent),
        own.dtmf or _first("dtmf", theirs, legs),
        _direction(own, parts),
        list(own.recordings),
        statuses(messages, "sms") if messages else "",
        statuses(messages, "email") if messages else "",
        own.agent_name,
        own.queue_name,
        _unknown(own, legs),
        raw,
    )


def _unknown(own: Told, legs: Sequence[Told]) -> dict[str, Any]:
    """The unknown fields, those of each leg under `callDetails[0].name`."""
    unknown = own.unknown
    for place, leg in enumerate(legs):
        if leg.unknown:
            prefix = f"{own.names.get('legs', 'legs')}[{place}]"
            unknown |= {f"{prefix}.{name}": inner for name, inner in leg.unknown.items()}
    return unknown


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


def _earliest(legs: Sequence[Told]) -> datetime | None:
    return min([leg.started for leg in legs if leg.started], default=None)


def _first(field: str, theirs: Told | None, legs: Sequence[Told]) -> str:
    """What the customer's leg says, else the first other one that says something."""
    if theirs is not None and (value := getattr(theirs, field)):
        return str(value)
    for leg in legs:
        if value := getattr(leg, field):
            return str(value)
    return ""


def _who_hung_up(theirs: Told | None, agent: Told | None) -> str:
    """The party whose leg says that the far end hung up; the system where all say it did not."""
    for leg, who in ((theirs, "customer"), (agent, "agent")):
        if leg is not None and leg.remote_hangup:
            return who
    said_no = any(leg is not None and leg.remote_hangup is False for leg in (theirs, agent))
    return "system" if said_no else ""


def _direction(own: Told, parts: Sequence[Told]) -> str:
    """ "inbound" when it says so or any leg came in, "outbound" when legs say they did not."""
    stated = own.direction[:2].lower()
    if stated in ("in", "ou"):
        return "inbound" if stated == "in" else "outbound"
    said = [own.incoming, *[leg.incoming for leg in parts]] if own.legs else [own.incoming]
    if True in said:
        return "inbound"
    return "outbound" if False in said else ""
