"""What objects of a reply tell of an attempt, or of one of its legs, each field in its kind.

Two readers give the same. Usual objects are read together, those with the same names a field at a
time; one in which a value does not fit its field is read with care, by `Reading`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from itertools import repeat
from operator import itemgetter
from types import NoneType
from typing import Any, NamedTuple

from lookups.pull.fields import AGENTS, DTMF_TABLE, RECORDING_TABLE, VISITORS, Table, plain
from lookups.pull.normalise import e164, flag, moments, text
from lookups.pull.reading import LONGEST_SHORT_TEXT, Reading

_SYSTEM = ("system", "platform", "ivr", "server", "phonon", "dialer")


class Told(NamedTuple):
    """Texts are "" and times None where nothing was told. Numbers are E.164 where they parse."""

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
    """customer, agent, system, or what was told in lower case."""
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


_new_told: Callable[[Iterable[Any]], Told] = partial(tuple.__new__, Told)


class Misfit(ValueError):
    """A value that its field cannot take."""


def told(table: Table, values: Sequence[dict[str, Any]]) -> list[Told]:
    """What each of these objects tells, in their order."""
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, names in enumerate(map(tuple, values)):
        alike[names].append(place)
    found: list[Any] = [None] * len(values)
    for names, places in alike.items():
        some = [values[place] for place in places]
        for place, one in zip(places, _told_alike(table, names, some), strict=True):
            found[place] = one
    return found


def _told_alike(
    table: Table, names: tuple[str, ...], values: Sequence[dict[str, Any]]
) -> Iterable[Told]:
    """The same of objects with the same names."""
    plan = _plan(table, names)
    if plan is None:
        return [_with_care(Reading(table, one)) for one in values]
    columns = zip(*map(dict.values, values), strict=True)
    try:
        found = [read(column) for read, column in zip(plan.readers, columns, strict=True)]
    except Misfit:
        if len(values) == 1:
            return [_with_care(Reading(table, values[0]))]
        # Read in halves, so that what does not fit is all that is read with care.
        middle = len(values) // 2
        halves = values[:middle], values[middle:]
        return [one for half in halves for one in _told_alike(table, names, half)]
    unknown = [{name: one[name] for name in plan.unknown} for one in values]
    missing = (repeat(""), repeat(None), repeat(()), unknown, repeat(plan.names, len(values)))
    # The usual constructor would unpack 25 values only to pack them again.
    return map(_new_told, zip(*plan.pick([*found, *missing])))  # noqa: B905


Column = Sequence[Any]
"""The values of one field in objects with the same names."""


class _Plan(NamedTuple):
    """How objects with the same names in the same order are read."""

    readers: tuple[Callable[[Column], Iterable[Any]], ...]
    pick: Callable[[list[Any]], tuple[Iterable[Any], ...]]
    """The columns in the order of Told; what is not there out of what stands behind them."""
    unknown: tuple[str, ...]
    names: Mapping[str, str]


_plans: dict[tuple[int, tuple[str, ...]], _Plan | None] = {}
_LEARNT_AT_MOST = 4096


def _plan(table: Table, names: tuple[str, ...]) -> _Plan | None:
    """The plan; None where two names spell one field."""
    try:
        return _plans[id(table), names]
    except KeyError:
        pass
    layout = table.layout(names)
    made = layout and _Plan(
        readers=tuple(
            _KINDS[field][0] if field in _KINDS else _as_it_is for field in layout.fields
        ),
        pick=itemgetter(*(_place(field, layout.fields) for field in Told._fields)),
        unknown=layout.unknown,
        names=layout.spelled,
    )
    if len(_plans) < _LEARNT_AT_MOST:
        _plans[id(table), names] = made
    return made


def _place(field: str, fields: tuple[str, ...]) -> int:
    if field in fields:
        return fields.index(field)
    missing = _KINDS[field][1] if field in _KINDS else {"unknown": 3, "names": 4}[field]
    return len(fields) + missing


def _as_it_is(column: Column) -> Column:
    return column


def _short(value: Any) -> str:
    if type(value) is str and len(value) <= LONGEST_SHORT_TEXT:
        short = value.strip()
        if short or not value:
            return short
    elif value is None:
        return ""
    elif type(value) is int and -(10**18) < value < 10**18:
        return str(value)
    raise Misfit


def _shorts(column: Column) -> list[str]:
    if set(map(type, column)) == {str} and max(map(len, column)) <= LONGEST_SHORT_TEXT:
        short = list(map(str.strip, column))
        if all(short):
            return short
    return list(map(_short, column))


def _moments(column: Column) -> list[datetime | None]:
    found = moments(column)
    if None in found and any(
        one is None and value is not None for one, value in zip(found, column, strict=True)
    ):
        raise Misfit
    return found


def _flags(column: Column) -> Sequence[bool | None]:
    if set(map(type, column)) <= {bool, NoneType}:
        return column
    found = list(map(flag, column))
    if any(one is None and value is not None for one, value in zip(found, column, strict=True)):
        raise Misfit
    return found


def _numbers(column: Column) -> Iterable[str]:
    return map(e164, _shorts(column))


def _parties(column: Column) -> Iterable[str]:
    return map(party_of, _shorts(column))


def _roles(column: Column) -> Iterable[str]:
    return map(role_of, _shorts(column))


def _pressed(column: Column) -> list[str]:
    return [_keys_of(value) for value in column]


def _keys_of(value: Any) -> str:
    keys = [_short(one.get("key")) if isinstance(one, dict) else "" for one in _list(value)]
    joined = " ".join(keys)
    if not all(keys) or len(joined) > LONGEST_SHORT_TEXT:
        raise Misfit
    return joined


def _urls(column: Column) -> list[list[str]]:
    return [[_url(one) for one in _list(value)] for value in column]


def _url(value: Any) -> str:
    url = value.get("recordedFilePublicPath") if isinstance(value, dict) else value
    if type(url) is not str or not _is_web_address(url):
        raise Misfit
    return url.strip()


def _objects(column: Column) -> Column:
    if not all(isinstance(one, dict) for value in column for one in _list(value)):
        raise Misfit
    return column


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise Misfit
    return value


_TEXT, _NOTHING, _NONE_OF_THEM = range(3)
"""Where the column of a missing field stands behind the others."""
# How each field is read by the plan, and what stands for it where it is missing.
_KINDS: dict[str, tuple[Callable[[Column], Iterable[Any]], int]] = {
    **dict.fromkeys(
        ("attempt_id", "number", "cdr_id", "agent_name", "queue_name", "cause", "direction"),
        (_shorts, _TEXT),
    ),
    **dict.fromkeys(("started", "ringing", "connected", "ended"), (_moments, _NOTHING)),
    **dict.fromkeys(
        ("customer_number", "callee_number", "did_number", "agent_number"), (_numbers, _TEXT)
    ),
    **dict.fromkeys(("remote_hangup", "incoming", "is_ringing"), (_flags, _NOTHING)),
    "hangup_by": (_parties, _TEXT),
    "callee_type": (_roles, _TEXT),
    "dtmf": (_pressed, _TEXT),
    "recordings": (_urls, _NONE_OF_THEM),
    "legs": (_objects, _NONE_OF_THEM),
}


def _with_care(reading: Reading) -> Told:
    """The same of an object with values that do not fit: they become unknown, the others count."""
    short, at, yes = reading.short, reading.moment, reading.flag
    return Told(
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
