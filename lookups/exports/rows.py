"""Rows of an export, and how many there will be.

A found item gives one row per attempt, in the order of the attempts; every other unique item, and a
found one whose call has no attempts, gives one row. A call with more attempts than `limits` gives
rows to has one row more, whose raw JSON holds the others. Duplicates and rejected entries are no
rows.
Nothing is invented: what is not known is None.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from lookups import fields, story
from lookups.exports import cells
from lookups.fields import Kind
from lookups.models import Attempt, Call, Lookup, LookupItem, Team

Row = tuple[str | None, ...]

_OF_CALL = tuple(field for field in fields.CALL if field.export)
_OF_ATTEMPT = tuple(field for field in fields.ATTEMPT if field.export)
COLUMNS = (
    *("position", "phonon_uuid", "item_outcome"),
    *(field.export for field in (*_OF_CALL, *_OF_ATTEMPT)),
)
_NAMES = [field.name for field in _OF_ATTEMPT]
# Of a row without an attempt the call fills these.
_OF_CALL_WITHOUT_ATTEMPT = {"outcome", "fetched_at", "raw"}
CHUNK = 900  # items or calls at a time; SQLite may take no more than 999 values in one query
FOUND = LookupItem.Outcome.FOUND.value
_CALL_FIELDS = (
    *("pk", "uuid", "outcome", "fetched_at", "raw", "left_out"),
    *(field.column for field in _OF_CALL),
)


@dataclass(frozen=True)
class Table:
    """An export before it is written. `rows` is read once, as it is needed; `count` asks the
    database how many rows there are now."""

    columns: tuple[str, ...]
    rows: Iterable[Row]
    count: Callable[[], int]


class _Item(NamedTuple):
    position: int
    uuid: str
    outcome: str
    call_id: int | None
    extra: Row  # the columns that came with the input


def lookup_rows(lookup: Lookup) -> Table:
    """The rows of a lookup in the order of its entries, the columns of its input at the end."""
    names = tuple(str(name) for name in lookup.input_columns)
    items = LookupItem.objects.filter(lookup=lookup, kind=LookupItem.Kind.UNIQUE)
    columns = COLUMNS + tuple(f"input_{name}" for name in names)
    rows = _rows(_lookup_chunks(items, names), lookup.team)
    return Table(columns, rows, lambda: _count_of_lookup(items))


def call_rows(calls: QuerySet[Call], team: Team) -> Table:
    """The rows of the calls that a search found, in its order, with positions from 1.

    The calls are those that match when the first row is read: their ids are kept (8 bytes a call),
    so that one which gets a new attempt meanwhile is neither left out nor told twice.
    """
    calls = calls.filter(team=team)
    rows = _rows(_call_chunks(calls), team)
    return Table(COLUMNS, rows, lambda: _count_of_calls(calls))


def _lookup_chunks(items: QuerySet[LookupItem], names: Sequence[str]) -> Iterator[list[_Item]]:
    rows = items.order_by("position").values_list(
        "position", "uuid", "outcome", "call_id", "columns"
    )
    last = -1
    while found := list(rows.filter(position__gt=last)[:CHUNK]):
        last = found[-1][0]
        yield [
            _Item(*row[:4], tuple(cells.text(row[4].get(name)) for name in names)) for row in found
        ]


def _call_chunks(calls: QuerySet[Call]) -> Iterator[list[_Item]]:
    ids = array("q", calls.defer(None).values_list("pk", flat=True).iterator(chunk_size=10_000))
    for start in range(0, len(ids), CHUNK):
        places = enumerate(ids[start : start + CHUNK], start + 1)
        # The UUID comes with the call; one that was deleted meanwhile gives no row.
        yield [_Item(place, "", FOUND, pk, ()) for place, pk in places]


def _rows(chunks: Iterable[list[_Item]], team: Team) -> Iterator[Row]:
    makers = _makers(team.zoneinfo)
    for items in chunks:
        ids = [item.call_id for item in items if item.outcome == FOUND and item.call_id]
        calls = _calls(ids, team)
        attempts = _attempts(calls)
        for item in items:
            found = item.call_id if item.outcome == FOUND else None
            call = calls.get(found) if found else None
            tried = attempts.get(found, []) if found else []
            if item.uuid or call:
                yield from item_rows(item, call, tried, makers)


def _calls(ids: Sequence[int], team: Team) -> dict[int, Any]:
    rows = Call.objects.for_team(team).filter(pk__in=ids)
    return {row.pk: row for row in rows.values_list(*_CALL_FIELDS, named=True)}


def _attempts(calls: Iterable[int]) -> dict[int, list[Any]]:
    rows = Attempt.objects.filter(call__in=list(calls)).order_by("call_id", "number", "id")
    by_call: dict[int, list[Any]] = defaultdict(list)
    for call_id, *values in rows.values_list("call_id", *(field.column for field in _OF_ATTEMPT)):
        by_call[call_id].append(values)
    return by_call


@lru_cache(maxsize=1024)
def _cause_word(code: str) -> str:
    return story.cause(code).word


Maker = Callable[[Any], str | None]
"""Makes the cell of a value."""


class Makers(NamedTuple):
    """What makes the cells of each column."""

    of_call: list[Maker]
    of_attempt: list[Maker]


def _makers(zone: ZoneInfo) -> Makers:
    by_kind: dict[Kind, Maker] = {
        Kind.ORDINAL: str,
        Kind.OUTCOME: str,
        Kind.TIME: cells.time_in(zone),
        Kind.SECONDS: cells.number,
        Kind.ADDRESSES: cells.joined,
        Kind.CAUSE: _cause_word,
    }
    of_call, of_attempt = (
        [by_kind.get(field.kind, cells.text) for field in columns]
        for columns in (_OF_CALL, _OF_ATTEMPT)
    )
    return Makers(of_call, of_attempt)


def item_rows(item: Any, call: Any, attempts: Sequence[Any], makers: Makers) -> Iterator[Row]:
    """The rows of one item: one per attempt, and one where there is none, or no row for some.

    `attempts` are the values of each, in the order of the columns.
    """
    head = (
        str(item.position),
        item.uuid or call.uuid,
        item.outcome,
        *_cells_of_call(call, makers),
    )
    for values in attempts:
        pairs = zip(makers.of_attempt, values, strict=True)
        yield head + tuple([make(value) for make, value in pairs]) + item.extra
    if not attempts or (call.left_out or {}).get("attempts"):
        yield head + _cells_without_attempt(call, makers) + item.extra


def _cells_of_call(call: Any, makers: Makers) -> Row:
    if not call:
        return (None,) * len(_OF_CALL)
    pairs = zip(makers.of_call, _OF_CALL, strict=True)
    return tuple([make(getattr(call, field.column)) for make, field in pairs])


def _cells_without_attempt(call: Any, makers: Makers) -> Row:
    if not call:
        return (None,) * len(_OF_ATTEMPT)
    made = {
        name: make(getattr(call, name))
        for make, name in zip(makers.of_attempt, _NAMES, strict=True)
        if name in _OF_CALL_WITHOUT_ATTEMPT
    }
    return tuple(map(made.get, _NAMES))


def _count_of_lookup(items: QuerySet[LookupItem]) -> int:
    found = items.filter(outcome=FOUND, call__isnull=False)
    attempts = Attempt.objects.filter(call__in=found.order_by().values("call"))
    have_some = found.filter(Exists(Attempt.objects.filter(call=OuterRef("call"))))
    more = have_some.filter(call__left_out__attempts__gt=0)
    return items.count() - have_some.count() + attempts.order_by().count() + more.count()


def _count_of_calls(calls: QuerySet[Call]) -> int:
    calls = calls.order_by()
    attempts = Attempt.objects.filter(call__in=calls.values("pk")).order_by()
    has_some = Exists(Attempt.objects.filter(call=OuterRef("pk")))
    more = calls.filter(has_some, left_out__attempts__gt=0)
    return attempts.count() + calls.exclude(has_some).count() + more.count()
