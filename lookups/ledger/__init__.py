"""The ledger of our requests: claim, renew, settle, expire.

Promises: of any number of workers, one holds a Fetch at a time (a lease); a worker that lost its
lease cannot write (the fencing token); a Fetch that a dead worker held is given back; the limits of
a credential hold across all processes. Nothing here talks to the network.

Rows are always locked in the order call → fetch → credential → lookup, so workers cannot deadlock.
"""

from lookups.ledger.claims import Ahead, claim
from lookups.ledger.due import due_in
from lookups.ledger.holding import (
    Fenced,
    drop,
    give_back,
    may_follow,
    pass_on,
    put_back,
    renew,
    uuids_of,
    uuids_of_each,
)
from lookups.ledger.limits import BREAKER_FAILURES, pause
from lookups.ledger.plans import cancel, end_if_complete, fill, has_open_requests, plan
from lookups.ledger.settling import settle, settle_error
from lookups.ledger.sweep import MAX_TRIES_EVER, expire

__all__ = [
    "BREAKER_FAILURES",
    "MAX_TRIES_EVER",
    "Ahead",
    "Fenced",
    "cancel",
    "claim",
    "drop",
    "due_in",
    "end_if_complete",
    "expire",
    "fill",
    "give_back",
    "has_open_requests",
    "may_follow",
    "pass_on",
    "pause",
    "plan",
    "put_back",
    "renew",
    "settle",
    "settle_error",
    "uuids_of",
    "uuids_of_each",
]
