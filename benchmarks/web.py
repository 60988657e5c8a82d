"""A web process started by a benchmark: its port, and when it answers."""

import socket
import time

import requests

START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for(root: str) -> None:
    """Returns once the web process at this address is alive. Raises SystemExit when time is up."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            requests.get(f"{root}/livez", timeout=5).raise_for_status()
            return
        except requests.RequestException:
            time.sleep(0.1)
    raise SystemExit(f"The web process did not answer within {START_SECONDS} s.")
