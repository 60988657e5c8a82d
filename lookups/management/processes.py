"""The processes of an embedded portal: started together, started again, and ended together."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from django.conf import settings
from django.core.management.base import CommandError

START_SECONDS = 30
STOP_SECONDS = 15
LOOK_SECONDS = 0.1
# A process that ends sooner than this after its start has failed.
STEADY_SECONDS = 5
FIRST_PAUSE_SECONDS = 0.25
# Pages are back within 5 s of the last kill, however many went before it.
LONGEST_PAUSE_SECONDS = 3
# In a row: about two minutes with their pauses.
MOST_FAILURES = 40
ENDING = (signal.SIGTERM, signal.SIGINT)

log = logging.getLogger(__name__)


@dataclass
class _Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes]
    began: float
    failures: int = 0
    starts_at: float = 0


class Processes:
    """Starts a process that has ended again, and ends all of them when the block is left, also by
    Ctrl-C or SIGTERM. If this process is killed, the kernel kills them with it (Linux)."""

    def __init__(self) -> None:
        self._children: list[_Child] = []

    def __enter__(self) -> Self:
        # Set for SIGINT as well: a shell that starts us in the background has it ignored.
        for number in ENDING:
            signal.signal(number, _interrupt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> bool:
        _hear_no_more()
        for child in reversed(self._children):
            child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._children:
            try:
                child.process.wait(max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        return kind is KeyboardInterrupt

    def start_web(self, host: str, port: int) -> None:
        self.start_command("run_web", "--host", host, "--port", str(port))

    def start_worker(self) -> None:
        self.start_command("run_worker")

    def start_command(self, name: str, *arguments: str) -> None:
        self.start(name, [sys.executable, "manage.py", name, *arguments])

    def start(self, name: str, command: Sequence[str]) -> None:
        command = [sys.executable, "-m", "lookups.management.parent", str(os.getpid()), *command]
        self._children.append(_Child(name, command, _started(command), time.monotonic()))

    @property
    def pids(self) -> list[int]:
        """Of those that were started, in the order of `start`."""
        return [child.process.pid for child in self._children]

    def wait_for(self, host: str, port: int) -> None:
        """Returns once the port answers. Raises CommandError when it does not in time."""
        deadline = time.monotonic() + START_SECONDS
        while not _answers(host, port):
            if time.monotonic() > deadline:
                raise CommandError(
                    f"Nothing answered on port {port} within {START_SECONDS} s. "
                    "The lines above say why."
                )
            self._tend()
            time.sleep(LOOK_SECONDS)

    def wait(self) -> NoReturn:
        """Tends the processes. Raises CommandError when one of them fails again and again."""
        while True:
            self._tend()
            time.sleep(LOOK_SECONDS)

    def _tend(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process.poll() is None:
                continue
            if not child.starts_at:
                child.starts_at = now + _pause(child, now)
            elif now >= child.starts_at:
                child.process, child.began = _started(child.command), now
                child.starts_at = 0


def _pause(child: _Child, now: float) -> float:
    """Seconds until a process that ended is started again. Raises CommandError at the limit."""
    child.failures = child.failures + 1 if now - child.began < STEADY_SECONDS else 0
    how = _how_it_ended(child.process.returncode)
    if child.failures >= MOST_FAILURES:
        raise CommandError(
            f"{child.name} {how}, {MOST_FAILURES} times in a row, each time within "
            f"{STEADY_SECONDS} s. The portal ends. The lines above say why."
        )
    pause: float = min(FIRST_PAUSE_SECONDS * 2**child.failures, LONGEST_PAUSE_SECONDS)
    log.warning("%s %s. It is started again in %.2g s.", child.name, how, pause)
    return pause


def _how_it_ended(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    # A group of its own: Ctrl-C reaches us alone, and we end the others in order.
    return subprocess.Popen(  # noqa: S603
        command, cwd=Path(settings.BASE_DIR), start_new_session=True, stdin=subprocess.DEVNULL
    )


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def _interrupt(*_: object) -> None:
    _hear_no_more()
    raise KeyboardInterrupt


def _hear_no_more() -> None:
    # A second Ctrl-C would break off the ending, and what was started would go on without us.
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
