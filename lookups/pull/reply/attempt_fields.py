"""Objects of a reply → the fields of an attempt, or of one of its legs, each in its kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from lookups.pull.reply.fields import AGENTS, DTMF_TABLE, RECORDING_TABLE, VISITORS, plain
from lookups.pull.reply.many_objects import (
    Column,
    FieldReader,
    Kind,
    Misfit,
    entries,
    flags,
    objects,
    short,
    shorts,
    times,
)
from lookups.pull.reply.normalise import e164, e164s, text
from lookups.pull.reply.one_object import LONGEST_SHORT_TEXT, Reading

_SYSTEM = ("system", "platform", "ivr", "server", "phonon", "dialer")


class AttemptFields(NamedTuple):
    """Texts are "" and times None where there is nothing. Numbers are E.164 where they parse."""

    attempt_id: str
    number: str
    cdr_id: str
    started: datetime | None
    ringing: datetime | None
    connected: datetime | None
    ended: datetime | None
    customer_number: str
    callee_number: str
    did_number: str
    agent_number: str
    agent_name: str
    queue_name: str
    cause: str
    hangup_by: str
    """customer, agent, system, or what Phonon sent in lower case."""
    callee_type: str
    """The role it stands for: customer, agent or ""."""
    direction: str
    remote_hangup: bool | None
    incoming: bool | None
    is_ringing: bool | None
    dtmf: str
    """The keys pressed, in order, parted by spaces."""
    recordings: Sequence[str]
    """Web addresses; anything but http and https is left among the unknown."""
    legs: Sequence[dict[str, Any]]
    unknown: dict[str, Any]
    """What no field is for or does not fit its field, under the name it came with."""
    names: Mapping[str, str]
    """How the fields are spelled here."""

    @property
    def has_times(self) -> bool:
        return bool(self.started or self.ringing or self.connected or self.ended)


def _numbers(column: Column) -> Iterable[str]:
    return e164s(shorts(column))


def _parties(column: Column) -> Iterable[str]:
    return map(party_of, shorts(column))


def _roles(column: Column) -> Iterable[str]:
    return map(role_of, shorts(column))


def _pressed(column: Column) -> list[str]:
    return [_keys_of(value) for value in column]


def _keys_of(value: Any) -> str:
    keys = [short(key.get("key")) if isinstance(key, dict) else "" for key in entries(value)]
    joined = " ".join(keys)
    if not all(keys) or len(joined) > LONGEST_SHORT_TEXT:
        raise Misfit
    return joined


def _urls(column: Column) -> list[list[str]]:
    return [[_url(entry) for entry in entries(value)] for value in column]


def _url(value: Any) -> str:
    url = value.get("recordedFilePublicPath") if isinstance(value, dict) else value
    if type(url) is not str or not _is_web_address(url):
        raise Misfit
    return url.strip()


def _with_care(reading: Reading) -> AttemptFields:
    """The same of an object with values that do not fit: they become unknown, the others count."""
    short, at, yes = reading.short, reading.moment, reading.flag
    return AttemptFields(
        attempt_id=short("attempt_id"),
        number=short("number"),
        cdr_id=short("cdr_id"),
        started=at("started"),
        ringing=at("ringing"),
        connected=at("connected"),
        ended=at("ended"),
        customer_number=e164(short("customer_number")),
        callee_number=e164(short("callee_number")),
        did_number=e164(short("did_number")),
        agent_number=e164(short("agent_number")),
        agent_name=short("agent_name"),
        queue_name=short("queue_name"),
        cause=short("cause"),
        hangup_by=party_of(short("hangup_by")),
        callee_type=role_of(short("callee_type")),
        direction=short("direction"),
        remote_hangup=yes("remote_hangup"),
        incoming=yes("incoming"),
        is_ringing=yes("is_ringing"),
        dtmf=_keys_pressed(reading),
        recordings=_recordings(reading),
        legs=reading.objects("legs"),
        unknown=reading.unknown,
        names=reading.names,
    )


def _keys_pressed(reading: Reading) -> str:
    keys = []
    for entry in reading.entries("dtmf"):
        key = Reading(DTMF_TABLE, entry).short("key") if isinstance(entry, dict) else text(entry)
        if key.strip():
            keys.append(key.strip())
        else:
            reading.does_not_fit("dtmf")
    joined = " ".join(keys)
    if len(joined) > LONGEST_SHORT_TEXT:
        reading.does_not_fit("dtmf")
        return ""
    return joined


def _recordings(reading: Reading) -> list[str]:
    found = []
    for entry in reading.entries("recordings"):
        url = Reading(RECORDING_TABLE, entry).long("url") if isinstance(entry, dict) else entry
        address = text(url).strip()
        if _is_web_address(address):
            found.append(address)
        else:
            reading.does_not_fit("recordings")
    return found


def _is_web_address(address: str) -> bool:
    return address.strip().lower().startswith(("https://", "http://"))


@lru_cache(maxsize=1024)
def role_of(callee_type: str) -> str:
    """ "customer" or "agent" from Phonon's calleeType; "" for a type that tells neither."""
    name = plain(callee_type)
    if any(word in name for word in VISITORS):
        return "customer"
    return "agent" if any(word in name for word in AGENTS) else ""


@lru_cache(maxsize=1024)
def party_of(stated: str) -> str:
    """ "customer", "agent" or "system" from Phonon's hangupBy; else what it says, in lower case."""
    name = plain(stated)
    for words, who in ((VISITORS, "customer"), (AGENTS, "agent"), (_SYSTEM, "system")):
        if any(word in name for word in words):
            return who
    return stated.lower()


_TEXT, _TIME, _FLAG = Kind(shorts, ""), Kind(times, None), Kind(flags, None)
_NUMBER = Kind(_numbers, "")
attempt_fields_of = FieldReader(
    AttemptFields,
    {
        **dict.fromkeys(("attempt_id", "number", "cdr_id"), _TEXT),
        **dict.fromkeys(("started", "ringing", "connected", "ended"), _TIME),
        **dict.fromkeys(
            ("customer_number", "callee_number", "did_number", "agent_number"), _NUMBER
        ),
        **dict.fromkeys(("agent_name", "queue_name", "cause"), _TEXT),
        "hangup_by": Kind(_parties, ""),
        "callee_type": Kind(_roles, ""),
        "direction": _TEXT,
        **dict.fromkeys(("remote_hangup", "incoming", "is_ringing"), _FLAG),
        "dtmf": Kind(_pressed, ""),
        "recordings": Kind(_urls, ()),
        "legs": Kind(objects, ()),
    },
    _with_care,
)
