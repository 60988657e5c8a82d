"""Wakes workers: posts the message that there is work."""

from contextlib import suppress

from django.apps import apps
from django.db import transaction

THERE_IS_WORK = "there_is_work"


def is_distributed() -> bool:
    """Whether messages wake the workers of this installation."""
    return apps.is_installed("procrastinate.contrib.django")


def workers() -> None:
    """Wakes a worker once the work of this transaction can be seen, at once outside of one.

    After the commit and not within it, for two reasons. Of two submissions at once the second would
    wait for the first one's message. And a message posted earlier, which stands for ours too, could
    be read while our work cannot be seen yet. What is lost between commit and message is found by
    the next look at the ledger, so a failure here is logged and nothing more.
    """
    if is_distributed():
        transaction.on_commit(_post, robust=True)


def _post() -> None:
    # Imported here, because most installations do without.
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import AlreadyEnqueued

    # A message that nobody has read yet says the same as this one.
    with suppress(AlreadyEnqueued):
        app.configure_task(THERE_IS_WORK, queueing_lock=THERE_IS_WORK).defer()
