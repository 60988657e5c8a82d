"""The storm and the placed crashes, small enough for every run. `make soak` runs them in full."""

import os
import subprocess
import sys

from tests.processes import ROOT

FEW = ("--locks", "1", "--restarts", "1")


def soak(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs it beside the suite, on the same kind of database and one of its own."""
    url = os.environ.get("DATABASE_URL", "")
    database = ["--database", url] if url.startswith("postgres") else []
    return subprocess.run(
        [sys.executable, "-m", "tests.soak", *arguments, *database],
        cwd=ROOT, capture_output=True, text=True, timeout=240,
    )  # fmt: skip


def test_nothing_is_lost_or_doubled_while_everything_fails():
    done = soak("storm", "--requests", "150", "--kills", "3", "--pauses", "1", *FEW)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 lost, 0 doubled, 0 unexpected" in done.stdout
    assert "3 killed while holding a lease, 1 stopped past it" in done.stdout


def test_the_storm_finds_out_a_portal_without_fencing_and_unique_keys():
    done = soak(
        "storm", "--requests", "150", "--kills", "1", "--pauses", "1", "--minutes", "0.6",
        "--without-fencing", *FEW,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 doubled" not in done.stdout


def test_a_worker_may_die_at_any_of_the_named_places():
    done = soak("crashes", "--kills", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("all valid") >= 12


def test_a_provider_that_is_down_is_hardly_asked_more_often_than_one_that_is_well():
    done = soak("outage", "--minutes", "10", "--shortened", "200")
    assert done.returncode == 0, done.stdout + done.stderr
