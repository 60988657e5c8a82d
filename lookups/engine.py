"""Wakes the runner. The embedded engine is a loop that looks at the ledger a few times a second."""

import gc
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from uuid import uuid4

from django.utils import timezone

from lookups.models import Credential, Lookup, Worker
from lookups.runner import Runner


def work(*, concurrency: int, once: bool = False) -> None:
    """Works the ledger until SIGTERM or SIGINT; with `once` until nothing is claimable."""
    _collect_garbage_seldom()
    runner = Runner(name=_worker_name(), concurrency=concurrency)
    if once:
        runner.run_until_idle()
    else:
        runner.run(should_stop=_stop_signal())


def _collect_garbage_seldom() -> None:
    """A reply makes 20,000 objects and no cycles; looking for some took a sixth of a worker."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def work_until_ended(lookup: Lookup, *, concurrency: int) -> None:
    """Works this lookup's requests, beside other workers, until it has ended or must wait.

    It must wait when its credential is paused: that needs a person.
    """
    _collect_garbage_seldom()
    runner = Runner(name=_worker_name(), concurrency=concurrency, lookup=lookup)
    stop = _stop_signal()
    next_look = 0.0
    ended = False

    def should_stop() -> bool:
        nonlocal next_look, ended
        if time.monotonic() >= next_look:
            next_look = time.monotonic() + 0.1
            ended = not _can_go_on(lookup)
        return ended or stop()

    runner.run(should_stop=should_stop)


def _can_go_on(lookup: Lookup) -> bool:
    return (
        Lookup.objects.running()
        .filter(pk=lookup.pk, credential__state=Credential.State.ACTIVE)
        .exists()
    )


def nobody_works() -> bool:
    """Whether no worker has shown a sign of life lately, so that waiting would be in vain."""
    return not Worker.objects.filter(seen_at__gte=timezone.now() - Worker.SILENT_AFTER).exists()


def _worker_name() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid4().hex[:6]}"


def _stop_signal() -> Callable[[], bool]:
    """A question that turns true once SIGTERM or SIGINT has come."""
    came = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: came.set())
    return came.is_set
