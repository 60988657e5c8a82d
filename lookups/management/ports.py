"""Whether a port can be listened on, asked before anything is started or said."""

import socket
import time

from django.core.management.base import CommandError

# A portal that was killed a moment ago may still be leaving.
LEAVING_SECONDS = 1


def check_free(host: str, port: int) -> None:
    """Raises CommandError with a sentence when the portal cannot listen there."""
    deadline = time.monotonic() + LEAVING_SECONDS
    while (problem := _problem(host, port)) and time.monotonic() < deadline:
        time.sleep(0.05)
    if problem:
        raise CommandError(
            f"Port {port} of {host} cannot be used: {problem}. "
            "End what listens there, or choose another one with --port (make: PORT=)."
        )


def _problem(host: str, port: int) -> str:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except (OSError, OverflowError) as error:
            return getattr(error, "strerror", None) or str(error)
    return ""


def free() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
