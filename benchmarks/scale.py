"""More workers on one PostgreSQL, against one; and whether any UUID was asked for twice."""

import time
from collections.abc import Iterator
from random import Random
from uuid import UUID

import requests

from benchmarks.measure import Figure
from benchmarks.portal import emulator, portal, workers

UUIDS = 10_000
LATENCY_MS = 200


def figures() -> Iterator[Figure]:
    with portal() as world, emulator(latency_ms=LATENCY_MS) as address:
        credential = world.credential(f"{address}/v2/pull", max_concurrent=64, max_uuids=50)
        took = {}
        for count in (1, 2, 4):
            before = asked_in_all(address)
            with workers(count):
                took[count] = look_up(world, credential, seed=count)
            twice = asked_in_all(address) - before - UUIDS
            rate = f"{UUIDS / took[count]:,.0f} UUIDs a second, {twice} asked twice"
            yield Figure(f"{count} workers on {world.database}", took[count], took[1],
                         "one worker", rate)  # fmt: skip


def asked_in_all(address: str) -> int:
    told: int = requests.get(f"{address}/log", timeout=10).json()["uuids"]
    return told


def look_up(world: object, credential: object, *, seed: int) -> float:
    from lookups import lifecycle
    from lookups.lifecycle import uploads

    dice = Random(seed)
    text = "\n".join(str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(UUIDS))
    asked = lifecycle.Asked(credential, world.agent)  # type: ignore[arg-type, attr-defined]
    began = time.perf_counter()
    lookup = lifecycle.submit(uploads.pasted(text), asked)
    while lookup.is_running:
        time.sleep(0.01)
        lookup.refresh_from_db(fields=["status"])
    return time.perf_counter() - began
