"""The ledger of our requests: claim, renew, settle, expire.

Promises: of any number of workers, one holds a Fetch at a time (a lease); a worker that lost its
lease cannot write (the fencing token); a Fetch that a dead worker held is given back; the limits of
a credential hold across all processes. Nothing here talks to the network.

Rows are always locked in the order call → fetch → credential → lookup, so workers cannot deadlock.
"""

from lookups.ledger.claims import claim, due_in
from lookups.ledger.holding import (
    Fenced,
    cancel_empty,
    renew,
    requeue_unfinished,
    uuids_of,
    uuids_of_each,
)
from lookups.ledger.limits import BREAKER_FAILURES, pause
from lookups.ledger.planning import cancel, end_if_complete, fill, has_open_requests, plan
from lookups.ledger.settling import MAX_TRIES_EVER, expire, settle, settle_error

__all__ = [
    "BREAKER_FAILURES",
    "MAX_TRIES_EVER",
    "Fenced",
    "cancel",
    "cancel_empty",
    "claim",
    "due_in",
    "end_if_complete",
    "expire",
    "fill",
    "has_open_requests",
    "pause",
    "plan",
    "renew",
    "requeue_unfinished",
    "settle",
    "settle_error",
    "uuids_of",
    "uuids_of_each",
]
