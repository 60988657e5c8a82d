"""Times two things in turn on the same data and tells their ratio: A B A B …, medians."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
RUNS = int(os.environ.get("BENCH_RUNS", "3"))


@dataclass(frozen=True)
class Figure:
    """One line of `make bench`: `ratio` is ours over the reference, both in seconds."""

    name: str
    ours: float
    reference: float
    against: str
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.reference

    def __str__(self) -> str:
        line = f"{self.name}: {self.ours:.2f} s, {self.ratio:.2f} × {self.against}"
        return f"{line} ({self.reference:.2f} s){'; ' + self.note if self.note else ''}"


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median_of_turns(*timed: Callable[[], float]) -> list[float]:
    """Median seconds of each, run in turn so that the machine's moods reach all alike."""
    turns = [[one() for one in timed] for _ in range(RUNS)]
    return [median(seconds) for seconds in zip(*turns, strict=True)]


def compare(ours: Callable[[], object], reference: Callable[[], object]) -> tuple[float, float]:
    """Median seconds of both, run in turn."""
    one, other = median_of_turns(lambda: seconds(ours), lambda: seconds(reference))
    return one, other


def shell(command: str, *arguments: str) -> str:
    """Runs a shell command in a UTF-8 locale, as shells have it; what it printed. Raises when it
    fails."""
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command, "bench", *arguments],
        capture_output=True, text=True, check=True, env=os.environ | {"LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    return done.stdout


def peak_megabytes() -> float:
    """The most memory that this process has had, in MiB; getrusage would count its parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def in_process_of_its_own(module: str, *arguments: str) -> dict[str, float]:
    """Runs a function's module so that its peak memory is its own; what it printed as JSON."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
