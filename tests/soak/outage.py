"""A provider that is down for a while: how much more is asked of it than of one that is well."""

import threading
import time
from dataclasses import dataclass

from lookups.emulator import Emulator
from lookups.ledger import limits
from lookups.models import Fetch, LookupItem
from lookups.worker.process import runner_for_all
from tests.soak import world

REQUESTS = 500
BATCH = 2


@dataclass
class Outage:
    seconds: float
    healthy: int
    """Requests that a provider who is well gets."""
    asked: int
    failed_items: int

    @property
    def ratio(self) -> float:
        return self.asked / self.healthy

    def __str__(self) -> str:
        return (
            f"outage of {self.seconds:.0f} s: {self.asked} requests instead of {self.healthy}, "
            f"{self.ratio:.3f} times as many; {self.failed_items} items failed"
        )


def last(seconds: float, *, shortened: float = 1) -> Outage:
    """Works the same lookup with a provider that is well, and with one that is down at first.

    With `shortened` the breaker's and the budget's waits are that many times as short, and so is
    the outage.
    """
    limits.BREAKER_REST /= shortened
    limits.RETRY_REST /= shortened
    seconds /= shortened
    with Emulator(latency_ms=10) as emulator:
        made = world.seed(emulator.origin, teams=1, per_team=2, max_uuids=BATCH, max_concurrent=8)
        healthy = _asked(emulator, made, 0)
        emulator.settings.fault = "500"
        threading.Timer(seconds, _heal, [emulator]).start()
        asked = _asked(emulator, made, 1)
    failed = LookupItem.objects.filter(outcome=LookupItem.Outcome.FAILED).count()
    return Outage(seconds, healthy, asked, failed)


def _heal(emulator: Emulator) -> None:
    emulator.settings.fault = ""


def _asked(emulator: Emulator, made: world.World, which: int) -> int:
    """How many requests arrive until all items of a lookup with that credential have ended."""
    before = emulator.log.requests
    only = world.World(made.emulator, [made.credentials[which]], made.agent)
    world.look_up(only, uuids=REQUESTS * BATCH, lookups=1, seed=which)
    deadline = time.monotonic() + 1200
    runner_for_all("one", concurrency=8).run(
        should_stop=lambda: not Fetch.objects.open().exists() or time.monotonic() > deadline
    )
    return emulator.log.requests - before
