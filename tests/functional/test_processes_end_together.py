"""What `demo` and `serve` start ends with them, however impatiently they are ended."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from lookups.management import processes as supervisor
from lookups.management.processes import Processes
from tests.processes import ROOT, wait_until

# Says where it is told that it was asked to end, and ends when it may.
SLOW = """
import pathlib, signal, sys, time
asked, may_end, ready = map(pathlib.Path, sys.argv[1:])
signal.signal(signal.SIGTERM, lambda *_: asked.touch())
ready.touch()
while not may_end.exists():
    time.sleep(0.01)
"""
STARTER = """
import sys
from lookups.management.processes import Processes
with Processes() as processes:
    processes.start("one", [sys.executable, "-c", *sys.argv[1:]])
    print(*processes.pids, flush=True)
    processes.wait()
"""


@pytest.mark.parametrize("again", [signal.SIGINT, signal.SIGTERM])
def test_a_second_interrupt_does_not_leave_processes_behind(tmp_path: Path, again: int):
    asked, may_end, ready = (tmp_path / name for name in ("asked", "may_end", "ready"))
    command = [sys.executable, "-c", STARTER, SLOW, *map(str, (asked, may_end, ready))]
    settings = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    with subprocess.Popen(
        command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True
    ) as starter:
        pid = int(starter.stdout.readline()) if starter.stdout else 0
        wait_until(ready.exists)
        starter.send_signal(signal.SIGINT)
        wait_until(asked.exists)
        starter.send_signal(again)
        may_end.touch()
    assert starter.returncode == 0
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


FAILING = [sys.executable, "-c", "import sys; sys.exit(3)"]


def test_a_process_that_fails_again_and_again_ends_serve(monkeypatch, caplog):
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(supervisor, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(supervisor, "MOST_FAILURES", 4)
    processes = Processes()
    processes.start("run_worker", FAILING)
    with pytest.raises(CommandError, match=r"run_worker ended with code 3, 4 times in a row"):
        processes.wait()
    pauses = [float(text) for text in re.findall(r"again in (\S+) s", caplog.text)]
    assert pauses == sorted(pauses)
    assert len(set(pauses)) == 3


def test_a_process_that_was_steady_is_started_again_without_a_limit(monkeypatch):
    monkeypatch.setattr(supervisor, "STEADY_SECONDS", 0)
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(supervisor, "LOOK_SECONDS", 0.001)
    processes = Processes()
    processes.start("run_worker", FAILING)
    seen = set()
    while len(seen) < supervisor.MOST_FAILURES + 2:
        seen.update(processes.pids)
        processes._tend()
    processes._children[0].process.wait()


def test_a_process_killed_time_and_again_is_back_soon(monkeypatch):
    """A page may be away for 5 s, of which a start takes one."""
    killed = subprocess.CompletedProcess([], returncode=-9)
    child = supervisor._Child("run_web", [], killed, began=0, failures=20)
    assert supervisor._pause(child, now=1) <= 3
