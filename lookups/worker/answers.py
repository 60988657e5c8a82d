"""Answers → the database: recorded and settled together, so that both stand or neither.

Several replies share a transaction: a commit waits for the disk, and most of that wait is the same
for one as for four. What cannot be written with others is written alone.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress

from django.db import InterfaceError, OperationalError, transaction

from lookups import ledger, pull, recording
from lookups.models import Fetch

log = logging.getLogger(__name__)

REPLIES_PER_TRANSACTION = 4
"""Replies a transaction: more would keep other writers waiting."""
STORED_MEANWHILE_AT_MOST = 5
"""Times that other workers may store a call of the same replies first."""
DATABASE_AWAY = (OperationalError, InterfaceError)
CANNOT_STORE = "The portal could not store Phonon's reply. The details are in its operator's log."

Answer = recording.Prepared | pull.PullError


def write(answers: Sequence[tuple[Fetch, Answer]]) -> None:
    """Records and settles what came back; an answer whose claim was lost is set aside.

    At most REPLIES_PER_TRANSACTION answers.

    Raises OperationalError or InterfaceError while the database is locked or away. Writing the same
    answers again is safe then: what was written already is set aside.
    """
    replies = [answer for _, answer in answers if isinstance(answer, recording.Prepared)]
    if replies:
        _write_together(replies)
    for fetch, answer in answers:
        if isinstance(answer, pull.PullError):
            _write_alone(fetch, answer)


def _write_together(replies: Sequence[recording.Prepared]) -> None:
    try:
        settle(replies)
    except DATABASE_AWAY:
        raise
    except Exception:
        # One of them is to blame; alone it shows which.
        for reply in replies:
            _write_alone(reply.fetch, reply)


def _write_alone(fetch: Fetch, answer: Answer) -> None:
    try:
        _settle_somehow(fetch, answer)
    except ledger.Fenced as fenced:
        log.warning("%s Its reply was set aside.", fenced)
    except DATABASE_AWAY:
        raise
    except Exception:
        # Let go of it: the lease runs out, and the sweep counts its tries.
        log.exception("Request %s could not be settled", fetch.pk)


def _settle_somehow(fetch: Fetch, answer: Answer) -> None:
    """Settles, and halves a request whose reply cannot be stored until the culprit stands alone.

    Raises Fenced, and OperationalError or InterfaceError while the database is locked or away.
    """
    try:
        if isinstance(answer, recording.Prepared):
            settle([answer])
        else:
            settle_error(fetch, answer)
    except (ledger.Fenced, *DATABASE_AWAY):
        raise
    except Exception:
        log.exception("The reply to request %s could not be stored", fetch.pk)
        settle_error(fetch, pull.PullError(CANNOT_STORE, action=pull.Action.SPLIT))


def settle(replies: Sequence[recording.Prepared]) -> None:
    """Records and settles replies in one transaction. Raises Fenced when a claim was lost."""
    for _ in range(STORED_MEANWHILE_AT_MOST):
        with suppress(recording.CallStoredMeanwhile):
            return _settle(replies)
    return _settle(replies)


def _settle(replies: Sequence[recording.Prepared]) -> None:
    with transaction.atomic():
        recording.record(replies)
        ledger.settle([(one.fetch, one.reply) for one in replies])


def settle_error(fetch: Fetch, error: pull.PullError) -> None:
    """Settles what went wrong, in a transaction. Raises Fenced when the claim was lost."""
    with transaction.atomic():
        ledger.settle_error(fetch, error)
