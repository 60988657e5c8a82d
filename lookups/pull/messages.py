"""Text messages and e-mails that went with a call. The HTML of an e-mail is never taken over."""

from __future__ import annotations

from lookups.pull.fields import MESSAGE_TABLE
from lookups.pull.normalise import e164
from lookups.pull.reading import Reading
from lookups.pull.records import Message


def messages_of(reading: Reading) -> list[Message]:
    """The messages an object speaks of, as sent: text messages first, then e-mails."""
    found: list[Message] = []
    if not ("sms" in reading.names or "emails" in reading.names):
        return found
    for kind, field in (("sms", "sms"), ("email", "emails")):
        for value in reading.objects(field):
            message = Reading(MESSAGE_TABLE, value)
            to = message.short("to")
            found.append(
                Message(
                    kind=kind,
                    to=e164(to) if kind == "sms" else to,
                    status=message.short("status"),
                    sent_at=message.moment("sent"),
                    text=message.long("text" if kind == "sms" else "subject"),
                )
            )
            for name, inner in message.unknown.items():
                reading.unknown[f"{reading.name_of(field)}[].{name}"] = inner
    return found


def statuses(messages: list[Message], kind: str) -> str:
    """The delivery statuses of one kind, each once, parted by commas."""
    told = dict.fromkeys(each.status for each in messages if each.kind == kind and each.status)
    return ", ".join(told)[:255]
