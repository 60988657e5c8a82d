"""The legs of an attempt: whose each one is, and what it says of ringing, talking and ending."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any

from lookups.pull.fields import AGENTS, DTMF_TABLE, VISITORS, plain
from lookups.pull.normalise import e164, text
from lookups.pull.reading import Reading


@dataclass(slots=True)
class Leg:
    """One party's part of an attempt. `role` is customer, agent or ""."""

    role: str
    callee_type: str
    number: str
    did_number: str
    cdr_id: str
    started_at: datetime | None
    ringing_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    cause_code: str
    dtmf: str
    incoming: bool | None
    remote_hangup: bool | None
    duration: Any
    foreign_call_ids: list[str]

    @property
    def has_times(self) -> bool:
        return bool(self.started_at or self.ringing_at or self.connected_at or self.ended_at)

    def as_dict(self) -> dict[str, Any]:
        """What the leg tells, for a JSON column: times as ISO text in UTC, `duration` as it came.

        What it does not tell is left out.
        """
        found: dict[str, Any] = {}
        for name in _LEG_FIELDS:
            value = getattr(self, name)
            if value is not None and value != "" and value != []:
                found[name] = value.isoformat() if type(value) is datetime else value
        return found


_LEG_FIELDS = tuple(field.name for field in fields(Leg))
NOT_TOLD = Leg("", "", "", "", "", None, None, None, None, "", "", None, None, None, [])
_TELLING = frozenset(
    {
        "callee_type",
        "callee_number",
        "did_number",
        "cdr_id",
        "started",
        "ringing",
        "connected",
        "ended",
        "cause",
        "dtmf",
        "incoming",
        "remote_hangup",
        "duration",
        "is_ringing",
        "foreign_call_ids",
    }
)
_TEXTS = ("callee_type", "callee_number", "did_number", "cdr_id", "cause")
_MOMENTS = ("started", "ringing", "connected", "ended")


def own_leg_of(reading: Reading) -> Leg:
    """What an attempt says of itself as if it were a leg; NOT_TOLD when it leaves that to legs."""
    return leg_of(reading) if reading.has(_TELLING) else NOT_TOLD


def leg_of(reading: Reading) -> Leg:
    """The leg an object describes; the object may be an attempt that spells out no legs."""
    callee_type, number, did_number, cdr_id, cause = reading.shorts(_TEXTS)
    started, ringing, connected, ended = reading.moments(_MOMENTS)
    reading.flag("is_ringing")
    return Leg(
        role_of(callee_type),
        callee_type,
        e164(number),
        e164(did_number),
        cdr_id,
        started,
        ringing,
        connected,
        ended,
        cause,
        pressed(reading),
        reading.flag("incoming"),
        reading.flag("remote_hangup"),
        reading.raw("duration"),
        [text(each) for each in reading.entries("foreign_call_ids")],
    )


@lru_cache(maxsize=1024)
def role_of(callee_type: str) -> str:
    """ "customer" or "agent" from Phonon's calleeType; "" for a type that tells neither."""
    name = plain(callee_type)
    if any(word in name for word in VISITORS):
        return "customer"
    return "agent" if any(word in name for word in AGENTS) else ""


def customer_leg(legs: list[Leg], customer_number: str) -> Leg | None:
    """The customer's leg: by its type, else by its number, else by Phonon's usual order.

    Of several numbers tried within one attempt the one that connected counts, else the last. The
    order (inbound: customer first; outbound: customer last) decides only when nothing else does.
    """
    if not legs:
        return None
    theirs = [leg for leg in legs if leg.role == "customer"]
    if not theirs and customer_number:
        theirs = [leg for leg in legs if leg.number == customer_number]
    if theirs:
        return next((leg for leg in theirs if leg.connected_at), theirs[-1])
    others = [leg for leg in legs if leg.role != "agent"]
    if not others:
        return None
    return others[0] if any(leg.incoming for leg in legs) else others[-1]


def pressed(reading: Reading) -> str:
    """The keys pressed, in order, parted by spaces."""
    entries = reading.entries("dtmf")
    if not entries:
        return ""
    keys = []
    for entry in entries:
        key = Reading(DTMF_TABLE, entry).short("key") if isinstance(entry, dict) else text(entry)
        if key.strip():
            keys.append(key.strip())
        else:
            reading.does_not_fit("dtmf")
    joined = " ".join(keys)
    if len(joined) > 255:
        reading.does_not_fit("dtmf")
        return ""
    return joined
