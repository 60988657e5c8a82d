"""Whatever is killed of what `serve` runs comes back, or ends with it, and no call is lost."""

import os
import signal
import sys
from collections.abc import Callable, Iterator

import pytest

from lookups.models import Lookup
from tests import processes
from tests.faults.test_workers_die import ended, violations
from tests.processes import wait_until
from tests.uuids import some_uuids
from tests.web import Web, is_running, running

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]
# A web server with its two processes, and two workers.
WHOLE = {"run_web": 3, "run_worker": 2}


@pytest.fixture
def lookup(look_up, team, make_credential, slow_emulator) -> Lookup:
    narrow = make_credential(
        team, label="narrow", at=slow_emulator.url(2), max_uuids=2, max_concurrent=2
    )
    return look_up("\n".join(some_uuids(400)), narrow)


@pytest.fixture
def serve(transactional_db: None) -> Iterator[Web]:
    with running("serve", "--workers", "2", LEASE_SECONDS="1") as web:
        wait_until(lambda: is_whole(web))
        yield web


def named(web: Web, name: str) -> list[int]:
    return sorted(pid for pid, command in web.family().items() if f"manage.py {name}" in command)


def is_whole(web: Web) -> bool:
    return {name: len(named(web, name)) for name in WHOLE} == WHOLE


def web_server(web: Web) -> int:
    return named(web, "run_web")[0]


def web_process(web: Web) -> int:
    return named(web, "run_web")[-1]


def worker(web: Web) -> int:
    return named(web, "run_worker")[0]


VICTIMS: list[Callable[[Web], int]] = [web_server, web_process, worker]


def test_each_process_of_serve_comes_back_and_no_call_is_lost(serve, lookup, slow_emulator):
    for find in VICTIMS * 2:
        victim = find(serve)
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda victim=victim: not is_running(victim) and is_whole(serve))
        wait_until(serve.answers)
    wait_until(lambda: ended(lookup), seconds=120)
    assert violations(lookup, slow_emulator) == []


def test_nothing_outlives_a_serve_that_is_killed_and_the_next_one_starts(serve):
    family = serve.family()
    serve.process.kill()
    serve.process.wait()
    wait_until(lambda: not any(is_running(pid) for pid in family))
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    again = processes.start("serve", "--port", str(serve.port), **settings)
    try:
        wait_until(serve.answers)
    finally:
        again.terminate()
        again.wait(30)


@pytest.mark.parametrize("command", ["serve", "demo", "run_web"])
def test_a_port_in_use_is_said_before_anything_is_started(serve, command):
    tried = processes.manage(
        command, "--port", str(serve.port), DJANGO_SETTINGS_MODULE="tests.settings"
    )
    assert tried.returncode == 1
    assert tried.stdout == ""
    assert tried.stderr.splitlines()[-1].startswith(
        f"CommandError: Port {serve.port} of 127.0.0.1 cannot be used: Address already in use."
    )
    assert "Traceback" not in tried.stderr
