"""Reads objects of a reply together: those with the same names a field at a time.

That takes a fraction of the time of reading each by itself. An object in which a value does not fit
its field is read with care, by `Reading`. Both give the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import islice, repeat
from operator import itemgetter
from types import NoneType
from typing import Any, Generic, NamedTuple, TypeVar

from lookups.pull.reply.fields import Table, are_worth_learning
from lookups.pull.reply.normalise import flag, moments
from lookups.pull.reply.one_object import LONGEST_SHORT_TEXT, Reading

T = TypeVar("T")
Column = Sequence[Any]
"""The values of one field in objects with the same names."""


class Misfit(ValueError):
    """A value that its field cannot take."""


def short(value: Any) -> str:
    """Text of at most 255 characters, stripped. Raises Misfit."""
    if type(value) is str and len(value) <= LONGEST_SHORT_TEXT:
        found = value.strip()
        if found or not value:
            return found
    elif value is None:
        return ""
    elif type(value) is int and -(10**18) < value < 10**18:
        return str(value)
    raise Misfit


def shorts(column: Column) -> list[str]:
    """`short` of each."""
    if set(map(type, column)) == {str} and max(map(len, column)) <= LONGEST_SHORT_TEXT:
        found = list(map(str.strip, column))
        if all(found):
            return found
    return list(map(short, column))


def longs(column: Column) -> Column:
    """Texts of any length as they came. Raises Misfit."""
    if set(map(type, column)) == {str}:
        return column
    raise Misfit


def times(column: Column) -> list[datetime | None]:
    """Times in UTC. Raises Misfit."""
    found = moments(column)
    _refuse_misfits(found, column)
    return found


def _refuse_misfits(found: Sequence[Any], column: Column) -> None:
    """Raises Misfit where a value was not understood."""
    if None in found and any(
        one is None and value is not None for one, value in zip(found, column, strict=True)
    ):
        raise Misfit


def flags(column: Column) -> Sequence[bool | None]:
    """True, false or None. Raises Misfit."""
    if set(map(type, column)) <= {bool, NoneType}:
        return column
    found = list(map(flag, column))
    _refuse_misfits(found, column)
    return found


def objects(column: Column) -> Column:
    """Lists of objects. Raises Misfit."""
    if not all(isinstance(one, dict) for value in column for one in entries(value)):
        raise Misfit
    return column


def entries(value: Any) -> list[Any]:
    """A list. Raises Misfit."""
    if type(value) is not list:
        raise Misfit
    return value


class Reader(NamedTuple):
    """How a field is read."""

    of_many: Callable[[Column], Iterable[Any]]
    """Raises Misfit."""
    of_one: Callable[[Reading, str], Any]
    """The field by this name of one object; what does not fit it becomes unknown."""
    missing: Any
    """What stands for it where it is missing."""


SHORT, LONG = Reader(shorts, Reading.short, ""), Reader(longs, Reading.long, "")
MOMENT = Reader(times, Reading.moment, None)
FLAG = Reader(flags, Reading.flag, None)
OBJECTS = Reader(objects, Reading.objects, ())


class FieldReader(Generic[T]):
    """Reads objects into records.

    A record is a named tuple of `unknown` and `names`, which are what `Reading` has by these names,
    and then the fields in `readers`.
    """

    def __init__(self, record: type[T], readers: Mapping[str, Reader]) -> None:
        self._readers = readers
        # The usual constructor would unpack all values only to pack them again.
        self._new: Callable[[Iterable[Any]], T] = partial(tuple.__new__, record)  # type: ignore[type-var]
        self._plans: dict[tuple[int, tuple[str, ...]], _Plan | None] = {}

    def __call__(self, table: Table, values: Sequence[dict[str, Any]]) -> list[T]:
        """The record of each of these objects, in their order."""
        alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for place, names in enumerate(map(tuple, values)):
            alike[names].append(place)
        found: list[Any] = [None] * len(values)
        for names, places in alike.items():
            some = [values[place] for place in places]
            for place, record in zip(places, self._alike(table, names, some), strict=True):
                found[place] = record
        return found

    def _alike(
        self, table: Table, names: tuple[str, ...], values: Sequence[dict[str, Any]]
    ) -> Iterable[T]:
        """The same of objects with the same names."""
        plan = self._plan(table, names)
        if plan is None:
            return [self._with_care(table, value) for value in values]
        columns = zip(*map(dict.values, values), strict=True)
        try:
            found = [read(column) for read, column in zip(plan.readers, columns, strict=True)]
        except Misfit:
            if len(values) == 1:
                return [self._with_care(table, values[0])]
            # Read in halves, so that what does not fit is all that is read with care.
            middle = len(values) // 2
            halves = values[:middle], values[middle:]
            return [one for half in halves for one in self._alike(table, names, half)]
        unknown = [{name: one[name] for name in plan.unknown} for one in values]
        return map(self._new, zip(*plan.pick([*found, unknown, *plan.always])))  # noqa: B905

    def _with_care(self, table: Table, value: dict[str, Any]) -> T:
        """The record of one object with a value that does not fit."""
        reading = Reading(table, value)
        fields = [reader.of_one(reading, name) for name, reader in self._readers.items()]
        return self._new([reading.unknown, reading.names, *fields])

    def _plan(self, table: Table, names: tuple[str, ...]) -> _Plan | None:
        """The plan; None where two names spell one field."""
        try:
            return self._plans[id(table), names]
        except KeyError:
            pass
        layout = table.layout(names)
        made = layout and _Plan(
            readers=tuple(
                self._readers[field].of_many if field in self._readers else _as_it_is
                for field in layout.fields
            ),
            unknown=layout.unknown,
            always=(
                repeat(layout.spelled),
                *(repeat(reader.missing) for reader in self._readers.values()),
            ),
            pick=itemgetter(*self._places(layout.fields)),
        )
        if len(self._plans) < _LEARNT_AT_MOST and are_worth_learning(names):
            self._plans[id(table), names] = made
        return made

    def _places(self, fields: tuple[str, ...]) -> Iterator[int]:
        """The place of the column of each field of a record.

        The columns that were read come first, then the unknown fields, the names, and for each
        field the column that stands for it where it is missing.
        """
        unknown = len(fields)
        yield from (unknown, unknown + 1)
        for missing, field in enumerate(self._readers, start=unknown + 2):
            yield fields.index(field) if field in fields else missing


class _Plan(NamedTuple):
    """How objects with the same names in the same order are read."""

    readers: tuple[Callable[[Column], Iterable[Any]], ...]
    unknown: tuple[str, ...]
    always: tuple[Iterable[Any], ...]
    """Columns without end that hold one value."""
    pick: Callable[[list[Any]], tuple[Iterable[Any], ...]]
    """The columns in the order of the record."""


_LEARNT_AT_MOST = 4096


def apart(records: Iterable[T], groups: Iterable[Sequence[Any]]) -> list[list[T]]:
    """The records of the objects of all groups, as a list for each group."""
    rest = iter(records)
    return [list(islice(rest, len(group))) for group in groups]


def _as_it_is(column: Column) -> Column:
    return column
