"""The emulator as a program: says its address, then answers until it is told to end."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import date

from lookups.emulator.emulator import UNTIL, Emulator
from lookups.emulator.reserved import DEMO_FLOW_ID, DEMO_SECURITY_ID


def run(
    port: int = 0,
    latency_ms: float = 0,
    fault_rate: float = 0.0,
    seed: int = 0,
    *,
    faults: Sequence[str] = (),
    host: str = "127.0.0.1",
    max_list: int = 200,
    security_id: str = DEMO_SECURITY_ID,
    flow_id: str = DEMO_FLOW_ID,
    until: date = UNTIL,
    say: Callable[[str], object] = lambda line: print(line, flush=True),
) -> None:
    """Serves until SIGINT or SIGTERM. Raises OSError when the port is taken.

    Says its address and its two ids once it answers. Call it on the main thread.
    """
    ended = _told_to_end()
    emulator = Emulator(
        port,
        latency_ms,
        fault_rate,
        seed,
        faults=faults,
        host=host,
        max_list=max_list,
        security_id=security_id,
        flow_id=flow_id,
        until=until,
    )
    try:
        emulator.start()
    except OSError as error:
        print(f"Port {port} of {host} cannot be used: {error.strerror}.", file=sys.stderr)
        raise
    say(f"Pull API emulator on {emulator.origin} (version 1: /v1/pull, version 2: /v2/pull)")
    say(f"Version 2 takes the flow ID {flow_id} and the security ID {security_id}")
    try:
        # Waits in short turns: on some systems a plain wait would not see the signal.
        while not ended.wait(0.5):
            pass
    finally:
        emulator.stop()


def _told_to_end() -> threading.Event:
    """Is set when the process is told to end."""
    ended = threading.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, lambda *_: ended.set())
    return ended
