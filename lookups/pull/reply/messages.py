"""Text messages and e-mails that went with a call. The HTML of an e-mail is never taken over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from lookups.pull.records import Message
from lookups.pull.reply.call_fields import CallFields
from lookups.pull.reply.fields import MESSAGE_TABLE
from lookups.pull.reply.many_objects import LONG, MOMENT, SHORT, FieldReader, apart
from lookups.pull.reply.normalise import e164


class _MessageFields(NamedTuple):
    unknown: dict[str, Any]
    names: Mapping[str, str]
    to: str
    status: str
    sent: datetime | None
    text: str
    subject: str


_message_fields_of = FieldReader(
    _MessageFields,
    {"to": SHORT, "status": SHORT, "sent": MOMENT, "text": LONG, "subject": LONG},
)


def messages_of(items: Sequence[CallFields]) -> list[list[Message]]:
    """The messages of each item, as they were sent: text messages first, then e-mails.

    Unknown fields of a message become unknown fields of its item.
    """
    found: list[list[Message]] = [[] for _ in items]
    for kind, field in (("sms", "sms"), ("email", "emails")):
        groups = [getattr(item, field) for item in items]
        sent = _message_fields_of(MESSAGE_TABLE, [each for group in groups for each in group])
        for messages, item, mine in zip(found, items, apart(sent, groups), strict=True):
            messages += [_message(kind, message) for message in mine]
            _note_unknown(item, field, mine)
    return found


def _message(kind: str, sent: _MessageFields) -> Message:
    is_sms = kind == "sms"
    return Message(
        kind=kind,
        to=e164(sent.to) if is_sms else sent.to,
        status=sent.status,
        sent_at=sent.sent,
        text=sent.text if is_sms else sent.subject,
    )


def _note_unknown(item: CallFields, field: str, sent: Iterable[_MessageFields]) -> None:
    for message in sent:
        for name, inner in message.unknown.items():
            item.unknown[f"{item.names.get(field, field)}[].{name}"] = inner


def statuses(messages: list[Message], kind: str) -> str:
    """The delivery statuses of one kind, each once, parted by commas."""
    found = dict.fromkeys(each.status for each in messages if each.kind == kind and each.status)
    return ", ".join(found)[:255]
