"""What `demo` and `serve` start ends with them, however impatiently they are ended."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

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
    processes.start([sys.executable, "-c", *sys.argv[1:]])
    print(processes._running[0].pid, flush=True)
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
