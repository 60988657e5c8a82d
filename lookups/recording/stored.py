"""What a call and its attempts are before a reply is written, and the rows they are afterwards."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from lookups import story
from lookups.database.bulk import Row
from lookups.fields import completed
from lookups.pull import AttemptRecord, CallRecord
from lookups.recording.changes import ATTEMPT_FIELDS, CALL_FIELDS


@completed(CALL_FIELDS)
class StoredCall(NamedTuple):
    """A call as it was stored before this reply: what it is judged by, and what is compared."""

    id: int
    uuid: str
    fetched_at: datetime
    first_fetched_at: datetime
    is_whole: bool
    is_final: bool


@completed(ATTEMPT_FIELDS)
class StoredAttempt(NamedTuple):
    """An attempt as it was stored before this reply: what is summed, and what is compared."""

    id: int
    call_id: int
    number: int
    outcome: str
    key: str
    sent_number: str
    started_at: datetime | None
    ended_at: datetime | None
    talk_seconds: float | None
    cause_code: str
    ended_by: str
    customer_number: str
    did_number: str
    dtmf: str


AttemptLike = AttemptRecord | StoredAttempt
"""An attempt as the sums read it: as it was pulled, or as it was stored before."""


class CallToWrite(NamedTuple):
    """A call of the reply, and what was stored of it before."""

    record: CallRecord
    stored: StoredCall | None = None
    attempts: Sequence[StoredAttempt] = ()


class NumberedAttempt(NamedTuple):
    """An attempt with its number from 1 and its outcome."""

    number: int
    outcome: story.Outcome
    attempt: AttemptLike


class CallRows(NamedTuple):
    """A call as it is after this reply: what was stored before, and its rows."""

    uuid: str
    stored: StoredCall | None
    attempts: list[NumberedAttempt]
    call_row: Row
    attempt_rows: list[list[Any]]
