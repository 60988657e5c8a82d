"""The names Phonon may give to a field, as data. Add a spelling and it is understood.

Those of a call and of an attempt stand in `lookups.fields`, all others here.

Phonon publishes no schema for the reply. Known: the push report's camelCase names; likely: their
hyphenated cousins; seen elsewhere: the labels of its call report. Names are compared without case
and separators, so `startTime`, `start-time` and `START_TIME` are one spelling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from lookups import fields

CALL = {field.name: field.spelled for field in fields.CALL if field.spelled}
# Of an attempt or one of its legs; either may stand for the other.
ATTEMPT = {field.name: field.spelled for field in fields.ATTEMPT if field.spelled}

MESSAGE = {
    "id": ("id", "message-id"),
    "text": ("text", "message"),
    "subject": ("subject",),
    "content": ("content", "body"),
    "to": ("to", "to-number", "to-address", "recipient"),
    "sender": ("from",),
    "sent": ("send-time", "sent-time", "sent-at", "time"),
    "status": ("delivery-status", "status"),
}

RECORDING = {
    "url": ("recorded-file-public-path", "public-path", "recording-url", "url"),
    "name": ("recorded-file-name", "file-name"),
}

KEY = {"name": ("name", "key"), "value": ("value",)}
DTMF = {"key": ("key", "digit", "value"), "time": ("event-time",), "label": ("label",)}

# Any one of these makes an item an attempt; the rest alone could describe a call never dialled.
MARKS_OF_AN_ATTEMPT = frozenset(
    {
        *("attempt_id", "sent_number", "legs", "cdr_id"),
        *("started_at", "ringing_at", "connected_at", "ended_at"),
        *("customer_number", "callee_number", "did_number", "cause_code"),
    }
)

VISITORS = ("visitor", "customer", "contact", "lead", "caller")
AGENTS = ("hardphone", "softphone", "webphone", "agent", "extension", "user", "sip", "browser")


_LEARNT_AT_MOST = 4096
# Longer names, and objects with more names, do not come again. They are not learnt, as nothing that
# is learnt is forgotten.
LONGEST_NAME = 100
MOST_NAMES = 100


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A name without case and separators: what spellings are compared by."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


class Layout(NamedTuple):
    """What the fields of an object are, for all objects with these names in this order."""

    fields: tuple[str, ...]
    """The canonical name of each field; one that the table does not know, with a "?" before it."""
    spelled: Mapping[str, str]
    """How each canonical name is spelled here."""
    unknown: tuple[str, ...]


class Table(dict[str, str | None]):
    """Spelling of a field → its canonical name, None for a field the table does not know.

    A dictionary that learns each spelling when it first meets it, as a reply asks 20,000 times.
    """

    def __init__(self, *tables: Mapping[str, Iterable[str]]) -> None:
        self._canonical = {
            plain(spelling): canonical
            for table in tables
            for canonical, spellings in table.items()
            for spelling in spellings
        }
        self._layouts: dict[tuple[str, ...], Layout | None] = {}

    def layout(self, names: tuple[str, ...]) -> Layout | None:
        """The layout of objects with these names; None where two of them spell one field."""
        try:
            return self._layouts[names]
        except KeyError:
            pass
        spelled: dict[str, str] = {}
        unknown = []
        for name in names:
            if (canonical := self[name]) is None:
                unknown.append(name)
            else:
                spelled.setdefault(canonical, name)
        canonical_names = tuple(self[name] or f"?{name}" for name in names)
        is_plain = len(set(canonical_names)) == len(names)
        found = Layout(canonical_names, spelled, tuple(unknown)) if is_plain else None
        if len(self._layouts) < _LEARNT_AT_MOST and are_worth_learning(names):
            self._layouts[names] = found
        return found

    def __missing__(self, name: str) -> str | None:
        if len(name) > LONGEST_NAME:
            return None
        found = self._canonical.get(plain(name))
        if len(self) < _LEARNT_AT_MOST:
            self[name] = found
        return found


def are_worth_learning(names: tuple[str, ...]) -> bool:
    """Whether objects with these names in this order may come again."""
    return len(names) <= MOST_NAMES and max(map(len, names), default=0) <= LONGEST_NAME


CALL_TABLE = Table(CALL)
ATTEMPT_TABLE = Table(ATTEMPT, {name: CALL[name] for name in ("sms", "emails")})
FLAT_TABLE = Table(CALL, ATTEMPT)
LEG_TABLE = Table(ATTEMPT)
MESSAGE_TABLE = Table(MESSAGE)
RECORDING_TABLE = Table(RECORDING)
KEY_TABLE = Table(KEY)
DTMF_TABLE = Table(DTMF)
