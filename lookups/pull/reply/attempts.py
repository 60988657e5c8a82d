"""One object of a reply → one attempt. Where its legs disagree, the customer's leg counts.

A leg has the fields of an attempt.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lookups import fields
from lookups.fields import Source
from lookups.pull.records import AttemptRecord, Message
from lookups.pull.reply.attempt_fields import AttemptFields, attempt_fields_of
from lookups.pull.reply.fields import LEG_TABLE
from lookups.pull.reply.many_objects import apart
from lookups.pull.reply.messages import statuses
from lookups.pull.reply.normalise import seconds_between

_PLAIN = tuple(field.name for field in fields.ATTEMPT if field.source is Source.OBJECT)
_FROM_LEGS = tuple(field.name for field in fields.ATTEMPT if field.source is Source.LEGS)


def legs_of(attempts: Sequence[AttemptFields]) -> list[list[AttemptFields]]:
    """The legs of each of these attempts."""
    groups = [attempt.legs for attempt in attempts]
    legs = [leg for group in groups for leg in group]
    return apart(attempt_fields_of(LEG_TABLE, legs), groups)


def attempt_of(
    own: AttemptFields,
    legs: Sequence[AttemptFields],
    *,
    place: int,
    messages: list[Message],
    raw: str,
) -> AttemptRecord:
    """The attempt that an object and its legs tell of; `place` among those of its call, from 1."""
    parts = legs or (own,)
    customer = customer_leg(parts, own.customer_number)
    agent = agent_leg(parts)
    # What only an agent's phone did says nothing of ringing, talking and ending at the customer's.
    whole = None if own.callee_type == "agent" else own
    ringing, connected, ended = _times(customer, whole)
    started = own.started_at or _earliest(parts)
    made = AttemptRecord(
        key=_key(own.attempt_id, own.cdr_id or parts[0].cdr_id, started, own.sent_number, place),
        sent_number=own.sent_number,
        attempt_id=own.attempt_id,
        started_at=started,
        ringing_at=ringing,
        connected_at=connected,
        ended_at=ended,
        ring_seconds=seconds_between(ringing, connected or ended),
        talk_seconds=seconds_between(connected, ended),
        customer_number=own.customer_number or (customer.callee_number if customer else ""),
        agent_number=own.agent_number or (agent.callee_number if agent else ""),
        cause_code=(whole.cause_code if whole else "") or (customer.cause_code if customer else ""),
        ended_by=own.ended_by or _who_hung_up(customer, agent),
        direction=_direction(own, parts),
        recording_urls=list(own.recording_urls),
        sms_status=statuses(messages, "sms") if messages else "",
        email_status=statuses(messages, "email") if messages else "",
        unknown=_unknown(own, legs),
        raw=raw,
    )
    # Set one by one, as keyword arguments out of a dictionary take longer.
    for name in _PLAIN:
        setattr(made, name, getattr(own, name))
    for name in _FROM_LEGS:
        setattr(made, name, getattr(own, name) or _first(name, customer, legs))
    return made


def _times(
    customer: AttemptFields | None, whole: AttemptFields | None
) -> tuple[datetime | None, datetime | None, datetime | None]:
    """When it rang, was connected and ended: by the customer's leg if that has times."""
    timed = customer if customer is not None and _has_times(customer) else whole
    if timed is None:
        return None, None, None
    return timed.ringing_at, timed.connected_at, timed.ended_at or (whole and whole.ended_at)


def customer_leg(legs: Sequence[AttemptFields], customer_number: str) -> AttemptFields | None:
    """The customer's leg: by its type, else by its number, else by Phonon's usual order.

    Of several numbers tried within one attempt the one that connected counts, else the last. The
    order (inbound: customer first; outbound: customer last) decides only when nothing else does.
    """
    if len(legs) == 1 and legs[0].callee_type != "agent":
        return legs[0]
    theirs = [leg for leg in legs if leg.callee_type == "customer"]
    if not theirs and customer_number:
        theirs = [leg for leg in legs if leg.callee_number == customer_number]
    if theirs:
        return next((leg for leg in theirs if leg.connected_at), theirs[-1])
    others = [leg for leg in legs if leg.callee_type != "agent"]
    if not others:
        return None
    return others[0] if any(leg.incoming for leg in legs) else others[-1]


def agent_leg(legs: Sequence[AttemptFields]) -> AttemptFields | None:
    """The first agent's leg; None where no leg says that it is one."""
    for leg in legs:
        if leg.callee_type == "agent":
            return leg
    return None


def _unknown(own: AttemptFields, legs: Sequence[AttemptFields]) -> dict[str, Any]:
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


def _earliest(legs: Sequence[AttemptFields]) -> datetime | None:
    return min([leg.started_at for leg in legs if leg.started_at], default=None)


def _first(field: str, customer: AttemptFields | None, legs: Sequence[AttemptFields]) -> str:
    """What the customer's leg says, else the first other leg that says something."""
    if customer is not None and (value := getattr(customer, field)):
        return str(value)
    for leg in legs:
        if value := getattr(leg, field):
            return str(value)
    return ""


def _has_times(leg: AttemptFields) -> bool:
    return bool(leg.started_at or leg.ringing_at or leg.connected_at or leg.ended_at)


def _who_hung_up(customer: AttemptFields | None, agent: AttemptFields | None) -> str:
    """The party whose leg says that the far end hung up; the system where all say it did not."""
    for leg, who in ((customer, "customer"), (agent, "agent")):
        if leg is not None and leg.remote_hangup:
            return who
    nobody = any(leg is not None and leg.remote_hangup is False for leg in (customer, agent))
    return "system" if nobody else ""


def _direction(own: AttemptFields, parts: Sequence[AttemptFields]) -> str:
    """ "inbound" when it says so or any leg came in, "outbound" when legs say they did not."""
    stated = own.direction[:2].lower()
    if stated in ("in", "ou"):
        return "inbound" if stated == "in" else "outbound"
    flags = [own.incoming, *[leg.incoming for leg in parts]] if own.legs else [own.incoming]
    if True in flags:
        return "inbound"
    return "outbound" if False in flags else ""
