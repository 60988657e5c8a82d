"""The processes of an embedded portal, started together and ended together."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings

START_SECONDS = 30
STOP_SECONDS = 15
WEB_WORKERS = 2
WEB_THREADS = 8
ENDING = (signal.SIGTERM, signal.SIGINT)


class Processes:
    """Ends every process it started when the block is left, also by Ctrl-C or SIGTERM."""

    def __init__(self, *, environment: dict[str, str] | None = None) -> None:
        self._environment = environment
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        # Set for SIGINT as well: a shell that starts us in the background has it ignored.
        for number in ENDING:
            signal.signal(number, _interrupt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> bool:
        _hear_no_more()
        for process in reversed(self._running):
            process.terminate()
        for process in self._running:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        return kind is KeyboardInterrupt

    def start_web(self, host: str, port: int) -> None:
        self.start(
            [
                sys.executable, "-m", "gunicorn", "phonon_portal.wsgi",
                "--bind", f"{host}:{port}",
                "--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS),
                "--timeout", "120", "--log-level", "warning",
            ]
        )  # fmt: skip

    def start_worker(self) -> None:
        self.start([sys.executable, "manage.py", "run_worker"])

    def start(self, command: Sequence[str]) -> None:
        self._running.append(
            # A group of its own: Ctrl-C reaches us alone, and we end the others in order.
            subprocess.Popen(  # noqa: S603
                command,
                cwd=Path(settings.BASE_DIR),
                env=self._environment,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
            )
        )

    def wait_for(self, port: int) -> None:
        """Returns once the port answers. Raises RuntimeError when a process ends or time is up."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if (code := self._ended()) is not None:
                raise RuntimeError(f"A process of the portal ended at once with code {code}.")
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"Nothing answered on port {port} within {START_SECONDS} s.")

    def wait(self) -> int:
        """Waits until one of the processes ends; its exit code."""
        while (code := self._ended()) is None:
            time.sleep(0.2)
        return code

    def _ended(self) -> int | None:
        codes = [process.poll() for process in self._running]
        return next((code for code in codes if code is not None), None)


def _interrupt(*_: object) -> None:
    _hear_no_more()
    raise KeyboardInterrupt


def _hear_no_more() -> None:
    # A second Ctrl-C would break off the ending, and what was started would go on without us.
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
