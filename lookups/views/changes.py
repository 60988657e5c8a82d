"""What changed in calls that were stored before, as the pages show it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from django.db.models import Count, QuerySet

from lookups import fields
from lookups.limits import ROW_CHANGES, SHOWN_CHANGES
from lookups.models import Attempt, Call, Change, Lookup
from lookups.views.shown import Shown

CALL_LABELS = {field.name: field.label for field in fields.CALL if field.label}
_LABELS = {field.name: field.label for field in fields.ATTEMPT if field.label}
# As the page has them: what became of an attempt, and then the others in the order of the table.
_FIRST = (
    *("outcome", "started_at", "ringing_at", "connected_at", "ended_at"),
    *("ring_seconds", "talk_seconds", "ended_by", "cause_code", "dtmf"),
)
ATTEMPT_LABELS = {name: _LABELS[name] for name in dict.fromkeys((*_FIRST, *_LABELS))}
# Where an attempt is marked that is new: beside its number.
NEW = "number"
ORDER = [*CALL_LABELS, NEW, *ATTEMPT_LABELS]
SHOWN_IN_A_ROW = 3


@dataclass(frozen=True)
class Line:
    """One cell that changed, or a new attempt. `before` and `after` are texts as `Change` stores
    them; those of a new attempt are of its outcome.
    """

    key: str
    number: int
    field: str
    before: str
    after: str
    seen_at: datetime

    @property
    def is_new(self) -> bool:
        return self.field == NEW

    @property
    def label(self) -> str:
        """ "Flow status", "Attempt 2, Talk", "Attempt 3"."""
        if not self.key:
            return CALL_LABELS[self.field]
        attempt = f"Attempt {self.number}" if self.number else "An attempt"
        return attempt if self.is_new else f"{attempt}, {ATTEMPT_LABELS[self.field]}"


def since(lookup: Lookup) -> QuerySet[Change]:
    """What changed in the team's calls since the lookup was made, newest first."""
    return Change.objects.filter(team=lookup.team_id, seen_at__gt=lookup.created_at)


def of_call(call: Call, attempts: Iterable[Attempt]) -> Shown:
    """The newest SHOWN_CHANGES lines of what changed in a call; the page has read `attempts`.

    The total counts lines, and of changes that were not read the changes themselves.
    """
    newest = list(call.changes.all()[:SHOWN_CHANGES])
    found = lines(newest, _numbers(call, attempts, newest))
    unread = call.changes.count() - len(newest)
    return Shown(found[:SHOWN_CHANGES], len(found) + unread)


def _numbers(call: Call, known: Iterable[Attempt], changes: Iterable[Change]) -> dict[str, int]:
    """The numbers of the attempts that the changes name, by key."""
    numbers = {one.key: one.number for one in known}
    others = {one.attempt_key for one in changes} - numbers.keys() - {""}
    found = call.attempts.filter(key__in=others).values_list("key", "number") if others else ()
    return numbers | dict(found)


def news_of_each(
    lookup: Lookup, calls: Mapping[Call, Sequence[Attempt]]
) -> dict[int, tuple[list[Line], int]]:
    """The lines of a call's newest ROW_CHANGES changes, and how many more changes it has, by the
    key of each call that changed since the lookup was made. `calls` give the attempts read of each.
    """
    news = since(lookup).filter(call__in=list(calls))
    counts = dict(news.order_by().values_list("call").annotate(Count("pk")))
    few = [pk for pk, count in counts.items() if count <= ROW_CHANGES]
    by_call: dict[int, list[Change]] = {pk: [] for pk in counts}
    for change in news.filter(call__in=few):
        by_call[change.call_id].append(change)
    for pk in counts.keys() - set(few):
        # The condition leaves the team out, so that the database uses the index by call.
        of_call = Change.objects.filter(call=pk, seen_at__gt=lookup.created_at)
        by_call[pk] = list(of_call[:ROW_CHANGES])
    return {
        call.pk: (
            lines(by_call[call.pk], _numbers(call, attempts, by_call[call.pk])),
            counts[call.pk] - len(by_call[call.pk]),
        )
        for call, attempts in calls.items()
        if call.pk in counts
    }


def lines(changes: Iterable[Change], numbers: Mapping[str, int]) -> list[Line]:
    """The lines of the changes in their order; of one look the call first, then its attempts.

    `numbers` are those of the attempts by key.
    """
    found: list[Line] = []
    for _, of_a_look in groupby(changes, key=lambda change: change.seen_at):
        for change in sorted(of_a_look, key=lambda one: numbers.get(one.attempt_key, 0)):
            found += _lines_of(change, numbers.get(change.attempt_key, 0))
    return found


def _lines_of(change: Change, number: int) -> list[Line]:
    key, cells, at = change.attempt_key, change.cells, change.seen_at
    if change.is_new_attempt:
        before, after = cells["outcome"]
        return [Line(key, number, NEW, before, after, at)]
    labels = ATTEMPT_LABELS if key else CALL_LABELS
    told = ((name, *cells[name]) for name in labels if name in cells)
    return [Line(key, number, name, before, after, at) for name, before, after in told]


def by_look(found: Iterable[Line]) -> list[tuple[datetime, list[Line]]]:
    """The lines of each look, with its time."""
    return [(at, list(group)) for at, group in groupby(found, key=lambda line: line.seen_at)]


def by_cell(found: Sequence[Line]) -> dict[str, dict[str, Line]]:
    """The newest line of each cell, by attempt key and field. `found` is newest first."""
    marks: dict[str, dict[str, Line]] = {}
    for line in reversed(found):
        marks.setdefault(line.key, {})[line.field] = line
    return marks


def in_short(found: Sequence[Line]) -> tuple[list[Line], int]:
    """A few lines for the row of a table, and how many more there are.

    A cell that changed several times is one line, from what it was at first to what it is.
    """
    firsts = {(one.key, one.field): one for one in found}
    lasts = by_cell(found)
    told = [
        replace(last, before=firsts[key, field].before, after=_present(cells, last).after)
        for key, cells in sorted(lasts.items(), key=_last_attempt_first)
        for field, last in sorted(cells.items(), key=lambda one: ORDER.index(one[0]))
        if field == NEW or NEW not in cells
    ]
    told = [line for line in told if line.before != line.after]
    return told[:SHOWN_IN_A_ROW], max(0, len(told) - SHOWN_IN_A_ROW)


def _present(cells: Mapping[str, Line], line: Line) -> Line:
    """The line that says what the cell is at present; of a new attempt, what its outcome is."""
    return cells.get("outcome", line) if line.is_new else line


def _last_attempt_first(one: tuple[str, Mapping[str, Line]]) -> tuple[bool, int]:
    """A key to sort by: the call itself, then its last attempt, which people ask about."""
    key, cells = one
    return bool(key), -next(iter(cells.values())).number
