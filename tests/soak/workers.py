"""Workers as forked processes: they start at once, and may be killed or stopped any time."""

import logging
import os
import signal
import time
from collections.abc import Callable

from django.db import connections


class Worker:
    """A process that works the ledger until it is told to end, or dies."""

    def __init__(self, number: int, prepare: Callable[[], None] = lambda: None) -> None:
        self.name = f"soak {number}"
        connections.close_all()
        self.pid = os.fork()
        if self.pid == 0:
            _work(self.name, prepare)

    def holds_a_lease(self) -> bool:
        from lookups.models import Fetch

        return Fetch.objects.filter(state=Fetch.State.CLAIMED, worker=self.name).exists()

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def end(self) -> int:
        """Ends it in order; its exit code, negative for the signal that killed it."""
        if not self.has_ended():
            self.send(signal.SIGCONT)
            self.send(signal.SIGTERM)
            self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self._code

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def has_ended(self) -> bool:
        if not hasattr(self, "_code"):
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if not pid:
                return False
            self._code = os.waitstatus_to_exitcode(status)
        return True

    def wait(self, *, seconds: float = 60) -> int:
        """Waits until it ends by itself; its exit code. Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while not self.has_ended():
            if time.monotonic() > deadline:
                self.kill()
                raise TimeoutError(f"{self.name} did not end within {seconds} s")
            time.sleep(0.005)
        return self._code


def _work(name: str, prepare: Callable[[], None]) -> None:
    """The whole life of the child; it never returns."""
    from lookups.worker.process import runner_for_all

    code = 1
    try:
        logging.disable(logging.WARNING)
        told: list[int] = []
        signal.signal(signal.SIGTERM, lambda *_: told.append(1))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        prepare()
        runner_for_all(name, concurrency=8).run(should_stop=lambda: bool(told))
        code = 0
    finally:
        os._exit(code)
