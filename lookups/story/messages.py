"""SMS and e-mail statuses in words.

Phonon documents one status (SENT_TO_QUEUE), which says that a message was handed over and not
that anybody got it. The rest of the table is what message gateways commonly write.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lookups.story.masking import mask_text
from lookups.story.seen import Seen, plausible_moment, read_text
from lookups.story.words import capitalised, count_word

Kind = Literal["sms", "email"]

_STATUS_WORDS = {
    "SENT_TO_QUEUE": "queued",
    "QUEUED": "queued",
    "SUBMITTED": "sent",
    "SENT": "sent",
    "DELIVERED": "delivered",
    "DELIVRD": "delivered",
    "UNDELIVERED": "not delivered",
    "NOT_DELIVERED": "not delivered",
    "UNDELIV": "not delivered",
    "EXPIRED": "not delivered",
    "REJECTED": "rejected",
    "FAILED": "failed",
    "FAILURE": "failed",
}
_VERBS = {"failed": "failed"}
_NAMES: dict[Kind, tuple[str, str, str]] = {
    "sms": ("an", "SMS", "SMS"),
    "email": ("an", "e-mail", "e-mails"),
}
_LONGEST_STATUS = 30
_MOST_SENTENCES = 6  # a call has one or two messages; more statuses than this are no sentence


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """A message as the story reads it; `word` is "" where no status was given."""

    kind: Kind
    word: str
    sent_at: datetime | None

    @property
    def label(self) -> str:
        """ "SMS queued", "E-mail"."""
        name = capitalised(_NAMES[self.kind][1])
        return f"{name} {self.word}" if self.word else name


def message_status_word(status: str) -> str:
    """ "queued" for SENT_TO_QUEUE; an unknown status in quotation marks as it came, masked and
    at most 30 characters; "" for none."""
    given = read_text(status)
    key = "_".join(given.upper().replace("-", " ").replace("_", " ").split())
    known = _STATUS_WORDS.get(key)
    return known or (f"“{mask_text(given)[:_LONGEST_STATUS]}”" if given else "")


def read_messages(messages: Iterable[object]) -> list[SeenMessage]:
    """The SMS and e-mails among the messages, in the order given; other kinds are left out."""
    found = []
    for message in messages:
        kind = read_text(getattr(message, "kind", None)).lower()
        word = message_status_word(getattr(message, "status", ""))
        sent_at = plausible_moment(getattr(message, "sent_at", None))
        if kind == "sms":
            found.append(SeenMessage("sms", word, sent_at))
        elif kind == "email":
            found.append(SeenMessage("email", word, sent_at))
    return found


def messages_of(attempts: Sequence[Seen]) -> list[SeenMessage]:
    """The last SMS status and the last e-mail status that the attempts carry, for a caller
    without the messages themselves. Never two of a kind: attempts may repeat one message."""
    found: list[SeenMessage] = []
    sms = [seen.sms_status for seen in attempts if seen.sms_status]
    email = [seen.email_status for seen in attempts if seen.email_status]
    if sms:
        found.append(SeenMessage("sms", message_status_word(sms[-1]), None))
    if email:
        found.append(SeenMessage("email", message_status_word(email[-1]), None))
    return found


def message_sentences(messages: Sequence[SeenMessage]) -> list[str]:
    """ "An SMS was queued.", "Two e-mails were sent.": one sentence a kind and status,
    of very many the first six."""
    counts: dict[tuple[Kind, str], int] = {}
    for message in messages:
        key = message.kind, message.word
        counts[key] = counts.get(key, 0) + 1
    told = list(counts.items())
    sentences = [_sentence(kind, word, count) for (kind, word), count in told[:_MOST_SENTENCES]]
    if rest := sum(count for _, count in told[_MOST_SENTENCES:]):
        sentences.append(f"{capitalised(count_word(rest))} more messages went with it.")
    return sentences


def _sentence(kind: Kind, word: str, count: int) -> str:
    article, one, many = _NAMES[kind]
    subject = f"{article} {one}" if count == 1 else f"{count_word(count)} {many}"
    verb = "was" if count == 1 else "were"
    if not word:
        rest = f"{verb} listed without a status"
    elif word.startswith("“"):
        rest = f"{'has' if count == 1 else 'have'} the status {word}"
    else:
        rest = _VERBS.get(word) or f"{verb} {word}"
    return f"{capitalised(subject)} {rest}."
