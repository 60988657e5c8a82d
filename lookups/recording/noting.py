"""Writes down what changed in calls that were stored before, in the transaction that records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from lookups.models import Attempt, Change, Fetch
from lookups.pull import AttemptRecord
from lookups.recording.changes import ATTEMPT_FIELDS, CALL_FIELDS, Known, Values, changed
from lookups.recording.columns import CALL_COLUMNS, stored_key
from lookups.recording.summary import Kept, Placed

if TYPE_CHECKING:
    from lookups.recording.record import Stored, Whole

# How much of a text its column takes.
_TEXTS = {
    field.attname: field.max_length
    for field in Attempt._meta.concrete_fields
    if field.max_length and field.attname in {*ATTEMPT_FIELDS} - {"outcome"}
}


def note_changes(
    fetch: Fetch,
    wholes: Iterable[Whole],
    kept: Mapping[int, Sequence[Kept]],
    *,
    seen_at: datetime,
) -> None:
    """Writes what the reply to `fetch` says otherwise of these calls, which were stored before.

    `kept` are their attempts as they are stored, by call. Where nothing changed nothing is written.
    """
    Change.objects.bulk_create(
        Change(
            team_id=fetch.team_id, call_id=stored.id, attempt_key=key, cells=cells,
            seen_at=seen_at, fetch=fetch,
        )
        for stored, before, after in _before_and_after(wholes, kept)
        for key, cells in changed(before, after).items()
    )  # fmt: skip


def _before_and_after(
    wholes: Iterable[Whole], kept: Mapping[int, Sequence[Kept]]
) -> Iterator[tuple[Stored, Known, Known]]:
    for whole in wholes:
        if whole.stored:
            attempts = {one.key: _values(one) for one in kept[whole.stored.id]}
            before = Known({name: getattr(whole.stored, name) for name in CALL_FIELDS}, attempts)
            yield whole.stored, before, _after(whole)


def _values(attempt: Kept) -> Values:
    return {name: getattr(attempt, name) for name in ATTEMPT_FIELDS}


def _after(whole: Whole) -> Known:
    pulled = (one for one in whole.attempts if isinstance(one.told, AttemptRecord))
    return Known(
        dict(zip(CALL_COLUMNS, whole.call_row, strict=True)),
        {stored_key(one.told.key): _told(one) for one in pulled},
    )


def _told(attempt: Placed) -> Values:
    told = {name: getattr(attempt.told, name, None) for name in ATTEMPT_FIELDS}
    cut = {name: getattr(attempt.told, name)[:limit] for name, limit in _TEXTS.items()}
    return {**told, **cut, "outcome": attempt.outcome.value}
