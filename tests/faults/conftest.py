"""Workers that can be killed, a provider slow enough to catch them at work, and a superuser."""

import subprocess
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from lookups.emulator import Emulator
from lookups.models import User
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


@pytest.fixture
def superuser(db: None, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(User.objects.create_superuser("root", password="a-long-enough-one"))
