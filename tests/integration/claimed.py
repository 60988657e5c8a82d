"""Requests of the ledger: claims one, answers it, settles it or lets it fail."""

from django.db import transaction

from lookups import ledger, recording
from lookups.models import Fetch
from lookups.pull import Action, CallRecord, PullError, Reply


def answered(fetch: Fetch, *, missing: int = 0) -> Reply:
    """A reply that knows every UUID of the request but the last `missing`."""
    uuids = ledger.uuids_of(fetch)
    known = uuids[: len(uuids) - missing]
    return Reply(
        http_status=200,
        code=200,
        message="Success",
        bytes=10,
        milliseconds=5,
        calls={uuid: CallRecord(uuid=uuid) for uuid in known},
        missing=uuids[len(known) :],
        unasked=0,
    )


def settle(fetch: Fetch, reply: Reply) -> None:
    with transaction.atomic():
        recording.record([recording.prepare(fetch, reply)])
        ledger.settle([(fetch, reply)])


def fail(fetch: Fetch, action: Action, **facts: object) -> None:
    with transaction.atomic():
        ledger.settle_error(fetch, PullError("It went wrong.", action=action, **facts))


def claim_one(worker: str = "one") -> Fetch:
    (fetch,) = ledger.claim(worker=worker, limit=1)
    return fetch
