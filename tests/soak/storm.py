"""Thousands of requests while the provider fails, workers are killed and stopped, and the database
is locked or restarted; then everything is held against what the provider knows."""

import random
import signal
import subprocess
import time
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection, connections

from tests.soak import sabotage, world
from tests.soak.verdict import Verdict, judge
from tests.soak.workers import Worker

FAULTS = (
    "500", "502", "503", "504", "429", "408", "html", "html200", "empty", "badjson", "truncated",
    "reset", "slow", "code500", "code201", "code210", "code202", "http400", "gzip", "redirect",
    "unasked", "duplicate", "upper", "repeat",
)  # fmt: skip
WORKERS = 3
LEASE_SECONDS = 4


@dataclass
class Storm:
    """How hard it blows."""

    requests: int = 10_000
    batch: int = 20
    fault_rate: float = 0.05
    kills: int = 20
    pauses: int = 10
    locks: int = 5
    restarts: int = 3
    restart_command: str = ""
    """Restarts PostgreSQL; without it all its connections are cut."""
    without_fencing: bool = False
    minutes: float = 10


@dataclass
class Outcome:
    verdict: Verdict
    seconds: float
    kills: int
    pauses: int
    locks: int
    restarts: int
    mended: int
    faults: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return (
            f"{self.verdict} in {self.seconds:.0f} s; {self.kills} killed while holding a lease, "
            f"{self.pauses} stopped past it, {self.locks} locks, {self.restarts} restarts, "
            f"{self.mended} pauses mended, {sum(self.faults.values())} faults of "
            f"{len(self.faults)} kinds"
        )


def blow(storm: Storm) -> Outcome:
    """Runs the storm to its end and judges it."""
    faults = {"latency_ms": 20, "fault_rate": storm.fault_rate, "faults": FAULTS}
    with world.emulator(**faults) as address:  # type: ignore[arg-type]
        made = world.seed(address, max_uuids=storm.batch, max_concurrent=8)
        if storm.without_fencing:
            sabotage.drop_unique_keys()
        count = storm.requests * storm.batch
        lookups = world.look_up(made, uuids=count, lookups=min(40, max(4, storm.requests // 250)))
        return _Controller(storm, made, lookups).run()


class _Controller:
    def __init__(self, storm: Storm, made: world.World, lookups: list[Any]) -> None:
        self.storm = storm
        self.world = made
        self.lookups = lookups
        self.dice = random.Random(world.SEED)
        self.started = 0
        self.kills = self.pauses = self.locks = self.restarts = self.mended = 0
        self.paused: dict[Worker, float] = {}
        self.workers: list[Worker] = []

    def run(self) -> Outcome:
        began = time.monotonic()
        self.workers = [self._start() for _ in range(WORKERS)]
        next_trouble = began
        while not self._is_over(began):
            self._replace_dead()
            self._wake()
            self._mend()
            if time.monotonic() >= next_trouble:
                self._trouble()
                next_trouble = time.monotonic() + self._gap(began)
            time.sleep(0.05)
        seconds = time.monotonic() - began
        for worker in self.workers:
            worker.end()
        return Outcome(
            judge(self.lookups), seconds, self.kills, self.pauses, self.locks, self.restarts,
            self.mended, self._faults(),
        )  # fmt: skip

    def _start(self) -> Worker:
        self.started += 1
        prepare = sabotage.without_fencing if self.storm.without_fencing else lambda: None
        return Worker(self.started, prepare)

    def _is_over(self, began: float) -> bool:
        from lookups.models import Lookup

        if time.monotonic() - began > self.storm.minutes * 60:
            return True
        with self._patient():
            is_done = not Lookup.objects.running().exists()
            if is_done and self.left:
                self._more_work()
            return is_done and not (self.left or self.paused)
        return False

    def _more_work(self) -> None:
        """The work was done before all troubles had come: nobody holds a lease any more."""
        self.lookups += world.look_up(
            self.world, uuids=50 * self.storm.batch, lookups=2, seed=len(self.lookups) + 100
        )

    @property
    def left(self) -> dict[str, int]:
        """The troubles still to come."""
        storm = self.storm
        still = {
            "kill": storm.kills - self.kills,
            "pause": storm.pauses - self.pauses - len(self.paused),
            "lock": storm.locks - self.locks,
            "restart": storm.restarts - self.restarts if connection.vendor == "postgresql" else 0,
        }
        return {name: count for name, count in still.items() if count > 0}

    def _gap(self, began: float) -> float:
        """Seconds to the next trouble, so that all of them fall into the time the work takes."""
        return self.dice.uniform(0.5, 2.5) if self.storm.requests > 1000 else 0.2

    def _trouble(self) -> None:
        left = self.left
        if not left:
            return
        (what,) = self.dice.choices(list(left), list(left.values()))
        with self._patient():
            getattr(self, f"_{what}")()

    def _holder(self) -> Worker | None:
        awake = [one for one in self.workers if one not in self.paused]
        self.dice.shuffle(awake)
        return next((one for one in awake if one.holds_a_lease()), None)

    def _kill(self) -> None:
        if worker := self._holder():
            worker.kill()
            self.kills += worker.holds_a_lease()
            self.workers.remove(worker)
            self.workers.append(self._start())

    def _pause(self) -> None:
        if len(self.paused) < WORKERS - 1 and (worker := self._holder()):
            worker.send(signal.SIGSTOP)
            self.paused[worker] = time.monotonic() + LEASE_SECONDS + 2

    def _wake(self) -> None:
        for worker, until in list(self.paused.items()):
            if time.monotonic() >= until:
                worker.send(signal.SIGCONT)
                del self.paused[worker]
                self.pauses += 1

    def _lock(self) -> None:
        """Nobody else can write for a while."""
        from django.db import transaction

        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    # Not for long: who holds it may be a worker that only we can wake.
                    cursor.execute("SET LOCAL lock_timeout = '2s'")
                    cursor.execute("LOCK TABLE lookups_fetch IN EXCLUSIVE MODE")
            time.sleep(1.5)
        self.locks += 1

    def _restart(self) -> None:
        if self.storm.restart_command:
            connection.close()
            subprocess.run(self.storm.restart_command, shell=True, check=True)
        else:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        self.restarts += 1

    def _replace_dead(self) -> None:
        for worker in [one for one in self.workers if one.has_ended()]:
            self.workers.remove(worker)
            self.workers.append(self._start())

    def _mend(self) -> None:
        """A manager who looks after paused credentials."""
        from lookups import credentials
        from lookups.models import Credential

        with self._patient():
            for one in Credential.objects.filter(state=Credential.State.PAUSED):
                credentials.resume(one, by=None)
                self.mended += 1

    def _faults(self) -> dict[str, int]:
        import requests

        told: dict[str, int] = requests.get(f"{self.world.emulator}/log", timeout=10).json()[
            "faults"
        ]
        return told

    def _patient(self) -> "_Patient":
        return _Patient()


class _Patient:
    """Lets a question to a database that is away or locked be asked again later."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if isinstance(error, DatabaseError) or (kind and "Interface" in kind.__name__):
            connections.close_all()
            return True
        return False
