"""Workers that die at named places, again and again; another one must finish the lookup, and
nothing may be lost or doubled."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from random import Random
from typing import Any
from uuid import UUID

from django.utils import timezone

from lookups.emulator import MALFORMED, NOT_FOUND, reserved_uuid
from tests.soak import world
from tests.soak.verdict import Verdict, judge
from tests.soak.workers import Worker

# Name → where, and whether the worker dies before it is called or after it has returned.
POINTS = {
    "place: before a chunk is written": ("lookups.lifecycle.placing:_write", "before"),
    "place: items written, place not noted": ("lookups.lifecycle.placing:insert_items", "after"),
    "place: chunk committed": ("lookups.lifecycle.placing:place", "after"),
    "claim: before the update": ("lookups.ledger.claims:_claim", "before"),
    "claim: updated, not committed": ("lookups.ledger.claims:_claim", "after"),
    "claim: committed, nothing sent": ("lookups.ledger:claim", "after"),
    "claim: slots freed, nothing claimed": ("lookups.ledger.claims:free_slots", "after"),
    "pull: before the request": ("lookups.pull:Client.ask", "before"),
    "pull: reply in hand": ("lookups.pull:Client.ask", "after"),
    "pull: reply read": ("lookups.pull:RawReply.read", "after"),
    "record: before the calls": ("lookups.recording.record:_stored_calls", "after"),
    "record: calls written, attempts not": ("lookups.recording.record:_attempt_rows", "before"),
    "record: all written, nothing settled": ("lookups.recording:record", "after"),
    "settle: request ended, items not": ("lookups.ledger.settling:end_replied", "after"),
    "settle: items ended, lookup not": ("lookups.ledger.settling:note_answers", "before"),
    "settle: lookup ended, not committed": ("lookups.ledger.settling:end_if_complete", "after"),
    "settle: committed": ("lookups.worker.answers:settle", "after"),
    "split: one half planned": ("lookups.ledger.settling:plan", "after"),
    "retry: booked, not queued": ("lookups.ledger.settling:book_retry", "after"),
    "sweep: before it gives back": ("lookups.ledger:expire", "before"),
    "sweep: given back, nothing claimed": ("lookups.ledger:expire", "after"),
}
SELDOM = ("sweep", "retry", "split")
UUIDS = 22
POISONED = reserved_uuid(MALFORMED)
# Seconds; longer than a breaker that opens by chance stays open.
PATIENCE = 60
ROUNDS = 6
"""Rounds a kill at most: not every lookup leads every worker past every place."""


@dataclass
class Crashes:
    point: str
    kills: int = 0
    rounds: int = 0
    seconds: float = 0
    wrong: list[str] = field(default_factory=list)
    wanted: int = 0

    @property
    def is_valid(self) -> bool:
        return not self.wrong and self.kills >= self.wanted

    def __str__(self) -> str:
        found = "all valid" if self.is_valid else f"WRONG {self.wrong[:3]}"
        return f"{self.point}: {self.kills} killed in {self.seconds:.0f} s, {found}"


@contextmanager
def portal() -> Iterator[world.World]:
    """A portal whose requests hold four UUIDs and now and then fail."""
    with world.emulator(latency_ms=0, fault_rate=0.12, faults=["500"]) as address:
        yield world.seed(address, teams=1, per_team=1, max_uuids=4, max_concurrent=3)


def crash_at(made: world.World, point: str, *, kills: int) -> Crashes:
    """Kills that many workers at the point, each in a lookup of its own."""
    result = Crashes(point, wanted=kills)
    began = time.monotonic()
    while result.kills < kills and result.rounds < kills * ROUNDS:
        result.rounds += 1
        lookup = _lookup(made, point, result.rounds)
        visit = 1 if point.startswith(SELDOM) else 1 + result.rounds % 3
        if _dies_at(point, visit=visit, lookup=lookup):
            result.kills += 1
        _time_passes()
        verdict = _finish(lookup)
        if not verdict.is_valid:
            result.wrong += verdict.examples
    result.seconds = time.monotonic() - began
    return result


def _lookup(made: world.World, point: str, number: int) -> Any:
    from lookups import ledger, lifecycle
    from lookups.lifecycle import placing, uploads

    dice = Random(f"{point} {number}")
    uuids = [str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(UUIDS)]
    text = "\n".join([*uuids, POISONED, reserved_uuid(NOT_FOUND, number)])
    asked = lifecycle.Asked(made.credentials[0], made.agent, refresh=True)
    placing.CHUNK = 6
    lookup = lifecycle.submit(uploads.pasted(text), asked)
    # One request is held by a worker that is long dead.
    ledger.claim(worker="dead", limit=1)
    _time_passes()
    return lookup


def _dies_at(point: str, *, visit: int, lookup: Any) -> bool:
    """Whether a worker that would die at that visit of the point did so before the lookup ended."""
    worker = Worker(visit, lambda: _plant(*POINTS[point], visit))
    deadline = time.monotonic() + PATIENCE
    while not worker.has_ended():
        lookup.refresh_from_db()
        if not lookup.is_running or time.monotonic() > deadline:
            break
        time.sleep(0.01)
    return worker.end() == -signal.SIGKILL


def _plant(where: str, when: str, visit: int) -> None:
    """Makes this process kill itself at the visit."""
    module, _, path = where.partition(":")
    *owners, name = path.split(".")
    owner: Any = import_module(module)
    for one in owners:
        owner = getattr(owner, one)
    original: Callable[..., Any] = getattr(owner, name)
    visits = iter(range(1, 1_000_000))

    def deadly(*args: Any, **options: Any) -> Any:
        is_due = next(visits) == visit
        if is_due and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = original(*args, **options)
        if is_due:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(owner, name, deadly)


def _time_passes() -> None:
    """As long as every lease takes to run out, and retries to be earned."""
    from lookups.models import Credential, Fetch, Lookup

    Credential.objects.update(retry_tokens=10, open_until=timezone.now())

    for rows, column in (
        (Fetch.objects.filter(state=Fetch.State.CLAIMED), "lease_until"),
        (Lookup.objects.unplaced(), "placer_until"),
    ):
        for row in rows:
            setattr(row, column, getattr(row, column) - timedelta(hours=1))
            row.save(update_fields=[column])


def _finish(lookup: Any) -> Verdict:
    worker = Worker(0)
    deadline = time.monotonic() + PATIENCE
    while lookup.is_running and time.monotonic() < deadline:
        time.sleep(0.01)
        lookup.refresh_from_db()
    worker.end()
    return judge([lookup], may_fail={POISONED})
