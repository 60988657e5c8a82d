"""One request to Phonon's Pull API: UUIDs in, call records or a typed error out. No Django here.

`Client.pull` is the door; `Client.ask` leaves the reading for later. `check_url` tells a form
whether an endpoint URL may be called, and `origin` which server it leads to.
"""

from lookups.pull.errors import (
    Action,
    CertificateRefused,
    CodeRefused,
    CutShort,
    Encoded,
    EndpointRefused,
    HttpRefused,
    NameNotFound,
    PullError,
    Redirected,
    TimedOut,
    TooLarge,
    Unreachable,
    Unreadable,
    WebPage,
)
from lookups.pull.records import AttemptRecord, CallRecord, Message, Reply
from lookups.pull.reply.answer import RawReply
from lookups.pull.wire.client import Client
from lookups.pull.wire.guard import check_url, origin
from lookups.pull.wire.question import Access, FetchAttempt, Limits

__all__ = [
    "Access",
    "Action",
    "AttemptRecord",
    "CallRecord",
    "CertificateRefused",
    "Client",
    "CodeRefused",
    "CutShort",
    "Encoded",
    "EndpointRefused",
    "FetchAttempt",
    "HttpRefused",
    "Limits",
    "Message",
    "NameNotFound",
    "PullError",
    "RawReply",
    "Redirected",
    "Reply",
    "TimedOut",
    "TooLarge",
    "Unreachable",
    "Unreadable",
    "WebPage",
    "check_url",
    "origin",
]
