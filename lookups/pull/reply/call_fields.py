"""Items of a reply → the fields of the call itself, whether attempts lie in them or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from lookups import fields
from lookups.fields import Kind, completed
from lookups.pull.reply.attempt_fields import READERS
from lookups.pull.reply.fields import KEY_TABLE, plain
from lookups.pull.reply.many_objects import (
    Column,
    FieldReader,
    Misfit,
    Reader,
    objects,
    short,
)
from lookups.pull.reply.normalise import text
from lookups.pull.reply.one_object import Reading
from lookups.pull.reply.parse import to_json

_KINDS = {
    field.name: field.kind
    for field in fields.CALL
    if field.spelled and field.kind is not Kind.UNREAD
}


@completed(_KINDS)
class CallFields(NamedTuple):
    """What an item says of the call: every field of `lookups.fields` that is spelled.

    Texts are "" where there is nothing.
    """

    unknown: dict[str, Any]
    """What no field is for or does not fit its field, under the name it came with."""
    names: Mapping[str, str]
    """How the fields are spelled here."""
    request_id: str
    client_identifier: str
    flow_status: str
    attempts: Sequence[dict[str, Any]]
    sms: Sequence[dict[str, Any]]
    emails: Sequence[dict[str, Any]]
    keys: Mapping[str, str]
    """Flow variables."""


def _keys_with_care(reading: Reading, field: str) -> dict[str, str]:
    """Flow variables, from a list of names and values or from one object."""
    value = reading.raw(field)
    if isinstance(value, dict) and not _is_pair(value):
        return _of_object(value)
    found = {}
    for pair in reading.objects(field):
        of_pair = Reading(KEY_TABLE, pair)
        name = of_pair.short("name")
        if name:
            found[name] = _as_text(of_pair.raw("value"))
        else:
            reading.does_not_fit(field)
    return found


def _is_pair(value: dict[str, Any]) -> bool:
    return {plain(name) for name in value} <= {"name", "value"}


def _of_object(value: dict[str, Any]) -> dict[str, str]:
    return {name: _as_text(inner) for name, inner in value.items()}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else text(value) or to_json(value)


def _keys(column: Column) -> list[dict[str, str]]:
    """The same of the usual spellings. Raises Misfit."""
    if {*map(type, column)} == {dict} and not any(map(_is_pair, column)):
        return list(map(_of_object, column))
    pairs = [pair for pairs in objects(column) for pair in pairs]
    if not {*map(tuple, pairs)} <= {("name", "value")}:
        raise Misfit
    names = [short(pair["name"]) for pair in pairs]
    if not all(names):
        raise Misfit
    named = iter(zip(names, [_as_text(pair["value"]) for pair in pairs], strict=True))
    return [dict(islice(named, len(pairs))) for pairs in column]


_READERS = {**READERS, Kind.VARIABLES: Reader(_keys, _keys_with_care, {})}
# The record also has two fields that are not read: `unknown` and `names`.
call_fields_of = FieldReader(
    CallFields, {name: _READERS[_KINDS[name]] for name in CallFields._fields[2:]}
)
