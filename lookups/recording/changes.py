"""What a newer reply says otherwise of a call that was stored before.

Pure: plain values in, texts out that are the same in every zone and language.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from lookups import fields

CALL_FIELDS = tuple(field.name for field in fields.CALL if field.label)
ATTEMPT_FIELDS = tuple(field.name for field in fields.ATTEMPT if field.label)

Values = Mapping[str, object]
Cells = dict[str, list[str]]


class CallState(NamedTuple):
    """A call before or after: its CALL_FIELDS, and the ATTEMPT_FIELDS of its attempts by key."""

    call: Values
    attempts: Mapping[str, Values]


def changed(before: CallState, after: CallState) -> dict[str, Cells]:
    """{attempt key: {field: [before, after]}}; the key "" is the call itself.

    Of an attempt that is new every cell was empty before. One that `after` leaves out is no
    change, as it is kept. {} when nothing changed.
    """
    found = {"": _cells(CALL_FIELDS, before.call, after.call)}
    for key, attempt in after.attempts.items():
        found[key] = _cells(ATTEMPT_FIELDS, before.attempts.get(key, {}), attempt)
    return {key: cells for key, cells in found.items() if cells}


def _cells(fields: Iterable[str], before: Values, after: Values) -> Cells:
    # Nearly all values are the same, and making texts of them would be most of the work.
    differ = [field for field in fields if before.get(field) != after.get(field)]
    texts = {field: [text_of(before.get(field)), text_of(after.get(field))] for field in differ}
    return {field: pair for field, pair in texts.items() if pair[0] != pair[1]}


def text_of(value: object) -> str:
    """The value as it is kept: "" for none, times in ISO 8601 and UTC, lengths as floats."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, int | float):
        return repr(float(value))
    return str(value)
