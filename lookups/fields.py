"""The fields of a call and of an attempt, one row each: what Phonon calls them, where they go.

From these tables are made: the reading of a reply (`pull`), rows and what is compared for changes
(`recording`), what hides as a telephone number (`hiding`), the words of a change (`views.changes`)
and the columns of an export (`exports`). A field that Phonon sends is added here and in the model,
with a migration. It needs a line elsewhere only where other code asks for it by name.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable
from enum import Enum, auto
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")


class Kind(Enum):
    """What the values of a field are. Each part of the portal knows what it does with each kind."""

    TEXT = auto()
    """Cut to what its column takes."""
    TELEPHONE = auto()
    """E.164 where it can be read so. Pages hide it."""
    TIME = auto()
    SECONDS = auto()
    FLAG = auto()
    PARTY = auto()
    """customer, agent, system, or what Phonon sent in lower case."""
    ROLE = auto()
    """Of a leg: customer, agent or ""."""
    KEYS = auto()
    """The keys pressed, in order, parted by spaces."""
    ADDRESSES = auto()
    """Web addresses, a list."""
    VARIABLES = auto()
    """Texts by name."""
    OBJECTS = auto()
    """Objects of a reply that are read in their turn, a list."""
    ORDINAL = auto()
    OUTCOME = auto()
    CAUSE = auto()
    """The word for a cause, made of its code."""
    UNREAD = auto()
    """Known, so that nobody is shown it as an unknown field, and not read with the others."""


class Source(Enum):
    """Where the value of an attempt comes from."""

    OBJECT = auto()
    """From the object that stands for it."""
    LEGS = auto()
    """Of an attempt: from that object, else from its legs, the customer's first. Texts alone."""
    RULE = auto()
    """`pull.reply.attempts`, or `pull.reply.gathering` for a call, has a line for it."""
    NOT_KEPT = auto()
    """Read for such rules, and in no column."""
    PORTAL = auto()
    """From the portal, which knows more than one reply."""

    @property
    def is_kept(self) -> bool:
        """Whether the value is taken over from a reply into a column."""
        return self in (Source.OBJECT, Source.LEGS, Source.RULE)


class Field(NamedTuple):
    """One row."""

    name: str
    """Of the column of the model, and of the attribute wherever a record is read."""
    kind: Kind
    source: Source
    spelled: tuple[str, ...] = ()
    """Phonon's names for it, which are compared without case and separators."""
    label: str = ""
    """What a change of it is called on a page. Without one it is not compared."""
    export: str = ""
    """Its column in exports; their order is that of this table."""
    made_of: str = ""
    """The column that it is made of, where that is another one."""

    @property
    def column(self) -> str:
        return self.made_of or self.name


# fmt: off
CALL = (
    Field("uuid", Kind.UNREAD, Source.PORTAL, ("phonon-uuid", "uuid", "call-uuid")),
    Field("request_id", Kind.TEXT, Source.OBJECT, ("request-id",), export="request_id"),
    Field("client_identifier", Kind.TEXT, Source.OBJECT,
          ("client-identifier", "client-id", "client-reference-id"), export="client_identifier"),
    Field("flow_status", Kind.TEXT, Source.OBJECT, ("flow-status",),
          label="Flow status", export="flow_status"),
    Field("outcome", Kind.OUTCOME, Source.PORTAL, label="Outcome"),
    Field("attempts", Kind.OBJECTS, Source.NOT_KEPT,
          ("attempts", "attempt-details", "attempt-list", "call-attempts", "reports")),
    Field("sms", Kind.OBJECTS, Source.NOT_KEPT, ("sms-details", "sms-detail", "sms")),
    Field("emails", Kind.OBJECTS, Source.NOT_KEPT,
          ("email-details", "email-detail", "emails", "email", "mail-details")),
    Field("keys", Kind.VARIABLES, Source.RULE,
          ("keys", "flow-keys", "flow-variables", "variables")),
)
ATTEMPT = (
    Field("number", Kind.ORDINAL, Source.PORTAL, export="attempt_number"),
    Field("attempt_id", Kind.TEXT, Source.RULE, ("attempt-id",), export="attempt_id"),
    Field("outcome", Kind.OUTCOME, Source.PORTAL, label="Call Status", export="outcome"),
    Field("started_at", Kind.TIME, Source.RULE,
          ("start-time", "call-start-time", "attempt-start-time", "started-at"),
          label="Call Start Time", export="started_at"),
    Field("ringing_at", Kind.TIME, Source.RULE,
          ("ringing-start-time", "ringing-time", "ring-start-time", "ringing-at"),
          label="Ringing from", export="ringing_at"),
    Field("connected_at", Kind.TIME, Source.RULE,
          ("connect-time", "call-connect-time", "connected-time", "answer-time"),
          label="Connected", export="connected_at"),
    Field("ended_at", Kind.TIME, Source.RULE,
          ("end-time", "call-end-time", "hangup-time", "ended-at"),
          label="Ended", export="ended_at"),
    Field("ring_seconds", Kind.SECONDS, Source.RULE, label="Ringing", export="ring_seconds"),
    Field("talk_seconds", Kind.SECONDS, Source.RULE, label="Talk", export="talk_seconds"),
    Field("customer_number", Kind.TELEPHONE, Source.RULE,
          ("customer-number", "contact-number", "phone-number"),
          label="Customer Number", export="customer_number"),
    Field("did_number", Kind.TELEPHONE, Source.LEGS, ("did-number", "did"),
          label="DID Number", export="did_number"),
    Field("cause_code", Kind.TEXT, Source.RULE,
          ("hangup-cause", "hangup-cause-code", "cause-code", "isdn-code", "isdn-cause-code"),
          label="Cause", export="cause_code"),
    Field("cause", Kind.CAUSE, Source.PORTAL, export="cause", made_of="cause_code"),
    Field("ended_by", Kind.PARTY, Source.RULE,
          ("hangup-by", "hung-up-by", "ended-by", "disconnected-by"),
          label="Hangup By", export="ended_by"),
    Field("dtmf", Kind.KEYS, Source.LEGS,
          ("dtmf-pressesd", "dtmf-pressed", "dtmf-presses", "dtmf"),
          label="DTMF Pressed", export="dtmf"),
    Field("direction", Kind.TEXT, Source.RULE, ("direction", "call-direction"),
          export="direction"),
    Field("agent_number", Kind.TELEPHONE, Source.RULE, ("agent-number",),
          label="Agent Number", export="agent_number"),
    Field("recording_urls", Kind.ADDRESSES, Source.RULE,
          ("recording-urls", "recording-url", "recordings"), export="recording_urls"),
    Field("sms_status", Kind.TEXT, Source.RULE, label="SMS", export="sms_status"),
    Field("email_status", Kind.TEXT, Source.RULE, label="E-mail", export="email_status"),
    Field("fetched_at", Kind.TIME, Source.PORTAL, export="fetched_at"),
    Field("raw", Kind.TEXT, Source.PORTAL, export="raw"),
    # Stored, and in no column of exports.
    Field("sent_number", Kind.TEXT, Source.RULE, ("attempt-number", "attempt-no", "attempt")),
    Field("agent_name", Kind.TEXT, Source.OBJECT, ("agent-name",)),
    Field("queue_name", Kind.TEXT, Source.OBJECT, ("queue-name", "queue")),
    # Read for the rules alone.
    Field("cdr_id", Kind.TEXT, Source.NOT_KEPT, ("cdr-id", "cdr")),
    Field("callee_number", Kind.TELEPHONE, Source.NOT_KEPT, ("callee-number",)),
    Field("callee_type", Kind.ROLE, Source.NOT_KEPT, ("callee-type",)),
    Field("remote_hangup", Kind.FLAG, Source.NOT_KEPT, ("remote-hangup",)),
    Field("incoming", Kind.FLAG, Source.NOT_KEPT, ("incoming", "is-incoming")),
    Field("is_ringing", Kind.FLAG, Source.NOT_KEPT, ("is-ringing",)),
    Field("legs", Kind.OBJECTS, Source.NOT_KEPT,
          ("call-details", "call-detail", "legs", "call-legs", "cdr-details", "cdrs")),
    Field("duration", Kind.UNREAD, Source.NOT_KEPT, ("duration", "call-connected-duration")),
    Field("foreign_call_ids", Kind.UNREAD, Source.NOT_KEPT, ("foreign-call-ids",)),
)
"""Those that are exported come first. Their columns follow those of the call."""
# fmt: on


def completed(names: Iterable[str]) -> Callable[[type[T]], type[T]]:
    """Adds fields of the table to a named tuple that lists those alone that code asks for."""

    def complete(record: Any) -> Any:
        every = dict.fromkeys((*record._fields, *names))
        # mypy takes no names but literal ones, which Any keeps it from seeing.
        make: Any = namedtuple
        made = make(record.__name__, every, module=record.__module__)
        made.__doc__ = record.__doc__
        return made

    return complete
