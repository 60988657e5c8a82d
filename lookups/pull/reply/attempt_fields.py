"""Objects of a reply → the fields of an attempt, or of one of its legs, each in its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple

from lookups import fields
from lookups.fields import Kind, completed
from lookups.pull.reply.fields import AGENTS, DTMF_TABLE, RECORDING_TABLE, VISITORS, plain
from lookups.pull.reply.many_objects import (
    FLAG,
    MOMENT,
    OBJECTS,
    SHORT,
    Column,
    FieldReader,
    Misfit,
    Reader,
    entries,
    short,
    shorts,
)
from lookups.pull.reply.normalise import e164, e164s, text
from lookups.pull.reply.one_object import LONGEST_SHORT_TEXT, Reading

_SYSTEM = ("system", "platform", "ivr", "server", "phonon", "dialer")
_KINDS = {
    field.name: field.kind
    for field in fields.ATTEMPT
    if field.spelled and field.kind is not Kind.UNREAD
}


@completed(_KINDS)
class AttemptFields(NamedTuple):
    """What an object says of an attempt or a leg: every field of `lookups.fields` that is spelled.

    Texts are "" and times None where there is nothing. Named here are those that a rule asks for.
    """

    unknown: dict[str, Any]
    """What no field is for or does not fit its field, under the name it came with."""
    names: Mapping[str, str]
    """How the fields are spelled here."""
    attempt_id: str
    sent_number: str
    cdr_id: str
    started_at: datetime | None
    ringing_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    customer_number: str
    callee_number: str
    agent_number: str
    cause_code: str
    ended_by: str
    callee_type: str
    direction: str
    remote_hangup: bool | None
    incoming: bool | None
    recording_urls: Sequence[str]
    """Anything but http and https is left among the unknown."""
    legs: Sequence[dict[str, Any]]


def _keys(column: Column) -> list[str]:
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


def _keys_with_care(reading: Reading, name: str) -> str:
    keys = []
    for entry in reading.entries(name):
        key = Reading(DTMF_TABLE, entry).short("key") if isinstance(entry, dict) else text(entry)
        if key.strip():
            keys.append(key.strip())
        else:
            reading.does_not_fit(name)
    joined = " ".join(keys)
    if len(joined) > LONGEST_SHORT_TEXT:
        reading.does_not_fit(name)
        return ""
    return joined


def _urls_with_care(reading: Reading, name: str) -> list[str]:
    found = []
    for entry in reading.entries(name):
        url = Reading(RECORDING_TABLE, entry).long("url") if isinstance(entry, dict) else entry
        address = text(url).strip()
        if _is_web_address(address):
            found.append(address)
        else:
            reading.does_not_fit(name)
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


def _short_as(
    of_one: Callable[[str], str], of_many: Callable[[list[str]], Iterable[str]]
) -> Reader:
    """Reads short texts, and makes others of them."""
    return Reader(
        lambda column: of_many(shorts(column)),
        lambda reading, name: of_one(reading.short(name)),
        "",
    )


READERS = {
    Kind.TEXT: SHORT,
    Kind.TELEPHONE: _short_as(e164, e164s),
    Kind.TIME: MOMENT,
    Kind.FLAG: FLAG,
    Kind.PARTY: _short_as(party_of, partial(map, party_of)),
    Kind.ROLE: _short_as(role_of, partial(map, role_of)),
    Kind.KEYS: Reader(_keys, _keys_with_care, ""),
    Kind.ADDRESSES: Reader(_urls, _urls_with_care, ()),
    Kind.OBJECTS: OBJECTS,
}
# The record also has two fields that are not read: `unknown` and `names`.
attempt_fields_of = FieldReader(
    AttemptFields, {name: READERS[_KINDS[name]] for name in AttemptFields._fields[2:]}
)
