"""Text messages and e-mails that went with a call. The HTML of an e-mail is never taken over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from lookups.pull.records import Message
from lookups.pull.reply.call_fields import Said
from lookups.pull.reply.fields import MESSAGE_TABLE
from lookups.pull.reply.many_objects import Kind, Telling, apart, longs, shorts, times
from lookups.pull.reply.normalise import e164
from lookups.pull.reply.one_object import Reading


class _Sent(NamedTuple):
    to: str
    status: str
    sent: datetime | None
    text: str
    subject: str
    unknown: dict[str, Any]
    names: Mapping[str, str]


def _with_care(reading: Reading) -> _Sent:
    return _Sent(
        to=reading.short("to"),
        status=reading.short("status"),
        sent=reading.moment("sent"),
        text=reading.long("text"),
        subject=reading.long("subject"),
        unknown=reading.unknown,
        names=reading.names,
    )


_sent = Telling(
    _Sent,
    {
        "to": Kind(shorts, ""),
        "status": Kind(shorts, ""),
        "sent": Kind(times, None),
        "text": Kind(longs, ""),
        "subject": Kind(longs, ""),
    },
    _with_care,
)


def messages_of(items: Sequence[Said]) -> list[list[Message]]:
    """The messages each of these speaks of, as sent: text messages first, then e-mails.

    What is unknown in one becomes unknown of its item.
    """
    found: list[list[Message]] = [[] for _ in items]
    for kind, field in (("sms", "sms"), ("email", "emails")):
        groups = [getattr(one, field) for one in items]
        sent = _sent(MESSAGE_TABLE, [one for group in groups for one in group])
        for messages, item, mine in zip(found, items, apart(sent, groups), strict=True):
            messages += [_message(kind, one) for one in mine]
            _note_unknown(item, field, mine)
    return found


def _message(kind: str, sent: _Sent) -> Message:
    if kind == "sms":
        return Message(kind, e164(sent.to), sent.status, sent.sent, sent.text)
    return Message(kind, sent.to, sent.status, sent.sent, sent.subject)


def _note_unknown(item: Said, field: str, sent: Iterable[_Sent]) -> None:
    for one in sent:
        for name, inner in one.unknown.items():
            item.unknown[f"{item.names.get(field, field)}[].{name}"] = inner


def statuses(messages: list[Message], kind: str) -> str:
    """The delivery statuses of one kind, each once, parted by commas."""
    told = dict.fromkeys(each.status for each in messages if each.kind == kind and each.status)
    return ", ".join(told)[:255]
