"""What one request brings: plain values, ready to be stored. `reply` makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from lookups import fields
from lookups.fields import Field, Kind

T = TypeVar("T")


class Message(NamedTuple):
    """A text message or e-mail that went with a call. `text` is an e-mail's subject."""

    kind: str
    to: str
    status: str
    sent_at: datetime | None
    text: str


_NO_VALUE = {Kind.TIME: None, Kind.SECONDS: None, Kind.FLAG: None, Kind.ADDRESSES: ()}


def _completed(table: Iterable[Field]) -> Callable[[type[T]], type[T]]:
    """Adds fields of the table to a class that lists those alone that code asks for."""

    def complete(record: type[T]) -> type[T]:
        for row in table:
            if row.source.is_kept and row.name not in record.__annotations__:
                record.__annotations__[row.name] = "Any"
                setattr(record, row.name, _NO_VALUE.get(row.kind, ""))
        return record

    return complete


@dataclass(slots=True)
@_completed(fields.ATTEMPT)
class AttemptRecord:
    """One dialling attempt: every field of `lookups.fields` that is kept.

    Times are aware and UTC; texts are "" where nothing was sent. Neither it nor its call is frozen,
    as setting the fields of a frozen object takes three times as long.
    """

    key: str
    sent_number: str = ""
    attempt_id: str = ""
    started_at: datetime | None = None
    ringing_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    ring_seconds: float | None = None
    talk_seconds: float | None = None
    customer_number: str = ""
    did_number: str = ""
    agent_number: str = ""
    cause_code: str = ""
    ended_by: str = ""
    dtmf: str = ""
    direction: str = ""
    recording_urls: list[str] = field(default_factory=list)
    sms_status: str = ""
    email_status: str = ""
    unknown: dict[str, Any] = field(default_factory=dict)
    raw: str = ""


@dataclass(slots=True)
@_completed(fields.CALL)
class CallRecord:
    """What Phonon knows of one UUID. Attempts in order of start, then as sent."""

    uuid: str
    flow_status: str = ""
    attempts: list[AttemptRecord] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, Any] = field(default_factory=dict)
    raw: str = ""
    left_out: dict[str, int] = field(default_factory=dict)
    """How many of "attempts", "variables", "unknown" fields, "messages", "recordings" and "legs"
    are over a limit of `lookups.limits`, so that they stand in `raw` and nowhere else."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: of the asked UUIDs each stands either in `calls` or in `missing`."""

    http_status: int
    code: int
    message: str
    bytes: int
    milliseconds: int
    calls: dict[str, CallRecord]
    missing: list[str]
    unasked: int
