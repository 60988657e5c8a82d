"""Writes down what changed in calls that were stored before, in the transaction that records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from lookups.models import Attempt, Change, Fetch
from lookups.pull import AttemptRecord
from lookups.recording.changes import ATTEMPT_FIELDS, CALL_FIELDS, CallState, Values, changed
from lookups.recording.columns import CALL_COLUMNS, stored_key
from lookups.recording.stored import CallRows, NumberedAttempt, StoredAttempt, StoredCall

# The longest text that each column takes.
_TEXTS = {
    field.attname: field.max_length
    for field in Attempt._meta.concrete_fields
    if field.max_length and field.attname in {*ATTEMPT_FIELDS} - {"outcome"}
}


def note_changes(
    fetch: Fetch,
    calls: Iterable[CallRows],
    stored_attempts: Mapping[int, Sequence[StoredAttempt]],
    *,
    seen_at: datetime,
) -> None:
    """Writes what the reply to `fetch` says otherwise of these calls, which were stored before.

    `stored_attempts` has their attempts by the id of the call. Where nothing changed nothing is
    written.
    """
    Change.objects.bulk_create(
        Change(
            team_id=fetch.team_id, call_id=stored.id, attempt_key=key, cells=cells,
            seen_at=seen_at, fetch=fetch,
        )
        for stored, before, after in _before_and_after(calls, stored_attempts)
        for key, cells in changed(before, after).items()
    )  # fmt: skip


def _before_and_after(
    calls: Iterable[CallRows], stored_attempts: Mapping[int, Sequence[StoredAttempt]]
) -> Iterator[tuple[StoredCall, CallState, CallState]]:
    for call in calls:
        if stored := call.stored:
            attempts = {each.key: _values_before(each) for each in stored_attempts[stored.id]}
            before = CallState({name: getattr(stored, name) for name in CALL_FIELDS}, attempts)
            yield stored, before, _state_after(call)


def _values_before(attempt: StoredAttempt) -> Values:
    return {name: getattr(attempt, name) for name in ATTEMPT_FIELDS}


def _state_after(call: CallRows) -> CallState:
    pulled = (each for each in call.attempts if isinstance(each.attempt, AttemptRecord))
    return CallState(
        dict(zip(CALL_COLUMNS, call.call_row, strict=True)),
        {stored_key(each.attempt.key): _values_after(each) for each in pulled},
    )


def _values_after(numbered: NumberedAttempt) -> Values:
    attempt = numbered.attempt
    values = {name: getattr(attempt, name, None) for name in ATTEMPT_FIELDS}
    cut = {name: getattr(attempt, name)[:limit] for name, limit in _TEXTS.items()}
    return {**values, **cut, "outcome": numbered.outcome.value}
