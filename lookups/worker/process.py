"""Makes a runner with what it is to do, and wakes it.

The embedded engine looks at the ledger many times a second. The distributed engine is woken by a
message, and looks by itself about once a second; it is in force where Procrastinate is installed.
"""

import gc
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from uuid import uuid4

from lookups import ledger, wake
from lookups.database import checkpoints
from lookups.lifecycle.placing import Placer
from lookups.models import Credential, Lookup
from lookups.worker import chores
from lookups.worker.runner import IDLE_SECONDS, Runner

# A message may be lost, and a worker shows a sign of life only when it looks.
LOOK_SECONDS = 1


def work(*, concurrency: int, once: bool = False) -> None:
    """Works the ledger until SIGTERM or SIGINT; with `once` until nothing is claimable."""
    _tune_interpreter()
    runner = runner_for_all(_worker_name(), concurrency=concurrency)
    if once:
        runner.run_until_idle()
    elif wake.is_distributed():
        _work_on_messages(runner)
    else:
        with checkpoints.taken_beside():
            runner.run(should_stop=_stop_signal())


def runner_for_all(name: str, *, concurrency: int) -> Runner:
    """A runner that works all lookups."""
    return Runner(
        name=name,
        concurrency=concurrency,
        chores=chores.of_a_worker_for_all(name),
        fillers=[Placer(worker=name)],
    )


def _tune_interpreter() -> None:
    # A reply makes thousands of objects and no cycles: looking for some among them is in vain. The
    # runner looks now and then.
    gc.collect()
    gc.freeze()
    gc.disable()
    # Who receives an answer, or sends the next request, is not to wait long for who reads another.
    sys.setswitchinterval(0.0002)


def _work_on_messages(runner: Runner) -> None:
    # Imported here, because it needs Procrastinate.
    from lookups.worker.listening import listening

    woken = threading.Event()

    def rest() -> None:
        woken.wait(max(IDLE_SECONDS, ledger.due_in(at_most=LOOK_SECONDS)))
        # Before the next look: a message that comes during it calls for one more.
        woken.clear()

    with listening(woken):
        runner.run(should_stop=_stop_signal(), rest=rest)


def work_until_ended(lookup: Lookup, *, concurrency: int) -> None:
    """Works this lookup's requests, beside other workers, until it has ended or must wait.

    It must wait when its credential is paused: that needs a person.
    """
    _tune_interpreter()
    name = _worker_name()
    runner = Runner(
        name=name,
        concurrency=concurrency,
        lookup=lookup,
        chores=chores.of_every_worker(),
        fillers=[Placer(worker=name, lookup=lookup)],
    )
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


def _worker_name() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid4().hex[:6]}"


def _stop_signal() -> Callable[[], bool]:
    """A question that turns true once SIGTERM or SIGINT has come."""
    came = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: came.set())
    return came.is_set
