"""Workers that can be killed, and a provider slow enough to catch them with requests in flight."""

import subprocess
from collections.abc import Callable, Iterator

import pytest

from lookups.emulator import Emulator
from tests import processes


@pytest.fixture
def slow_emulator() -> Iterator[Emulator]:
    with Emulator(latency_ms=150) as emulator:
        yield emulator


@pytest.fixture
def start_worker(transactional_db: None) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a worker with a lease of one second; ends what is left of them."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(processes.start("run_worker", "--concurrency", "4", LEASE_SECONDS="1"))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
