"""A whole lookup against the provider's own time alone: ceil(requests / 8) × latency."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from statistics import median
from typing import Any
from uuid import UUID

import requests

from benchmarks.measure import RUNS, Figure
from benchmarks.portal import World, emulator, portal, workers
from benchmarks.stock import fill

UUIDS = 20_000
AT_ONCE = 8
LATENCY = 0.2
WORKERS = 2


STORED = 2_000_000


def figures() -> Iterator[Figure]:
    with portal() as world, emulator(latency_ms=int(LATENCY * 1000)) as address:
        credential = world.credential(f"{address}/v2/pull", max_concurrent=AT_ONCE)
        bound = -(-UUIDS // credential.batch_size // AT_ONCE) * LATENCY
        name = f"lookup of {UUIDS:,} UUIDs on {world.database}"
        against = "the provider's own time"
        with workers(WORKERS):
            took = median(look_up(world, credential, address, seed, bound) for seed in range(RUNS))
            yield Figure(name, took, bound, against, f"{WORKERS} workers")
            stored = fill(STORED)
            seeds = range(100, 100 + RUNS)
            took = median(look_up(world, credential, address, seed, bound) for seed in seeds)
            yield Figure(name, took, bound, against, f"with {stored:,} attempts stored already")


def look_up(world: World, credential: Any, address: str, seed: int, bound: float) -> float:
    """Seconds from the submission until everything is written, of which the bound is the least."""
    uuids = made_up(address, seed)
    began = time.perf_counter()
    lookup = submit(world, credential, uuids)
    # Not asked before it can have ended: the two processors are the workers'.
    time.sleep(bound)
    while lookup.is_running:
        time.sleep(0.01)
        lookup.refresh_from_db(fields=["status"])
    return time.perf_counter() - began


def begin(world: World, credential: Any, address: str, *, seed: int) -> Any:
    """A lookup of calls that the emulator has ready, just submitted."""
    return submit(world, credential, made_up(address, seed))


def made_up(address: str, seed: int) -> list[str]:
    dice = Random(seed)
    uuids = [str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(UUIDS)]
    warm_up(address, uuids)
    return uuids


def submit(world: World, credential: Any, uuids: Sequence[str]) -> Any:
    from lookups import lifecycle
    from lookups.lifecycle import uploads

    asked = lifecycle.Asked(credential, world.agent)
    return lifecycle.submit(uploads.pasted("\n".join(uuids)), asked)


def warm_up(address: str, uuids: Sequence[str]) -> None:
    """Lets the emulator make up its calls beforehand: a provider has them already, elsewhere."""
    lists = [uuids[start : start + 200] for start in range(0, len(uuids), 200)]
    with ThreadPoolExecutor(2 * AT_ONCE) as pool:
        list(pool.map(lambda some: _ask(address, some), lists))


def _ask(address: str, uuids: Sequence[str]) -> None:
    from lookups.emulator import DEMO_FLOW_ID, DEMO_SECURITY_ID

    body = {
        "security-id": DEMO_SECURITY_ID,
        "flow-id": DEMO_FLOW_ID,
        "phonon-uuids": uuids,
        "fetch-attempt": "ALL",
    }
    requests.post(f"{address}/v2/pull", json=body, timeout=30).raise_for_status()
