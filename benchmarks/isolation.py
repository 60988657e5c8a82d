"""One team's work beside another whose provider does not answer, against the same work alone."""

import time
from collections.abc import Iterator
from random import Random
from uuid import UUID

from benchmarks.measure import Figure
from benchmarks.portal import World, emulator, portal, workers

UUIDS = 4_000
BATCH = 20
LATENCY = 0.2
DEAD_REQUESTS = 200


def figures() -> Iterator[Figure]:
    with portal() as world, emulator(latency_ms=int(LATENCY * 1000)) as address:
        well = world.credential(f"{address}/v2/pull", max_uuids=BATCH, max_concurrent=8)
        dead = world.credential(
            f"{address}/v2/pull?fault=slow&seconds=60", label="dead", max_uuids=1, max_concurrent=8
        )
        with workers(1):
            look_up(world, well, UUIDS, 0)
            alone = timed(world, well, 1)
            look_up(world, dead, DEAD_REQUESTS, 2, wait=False)
            time.sleep(1)
            beside = timed(world, well, 3)
    kept = f"{100 * alone / beside:.0f} % of its throughput"
    yield Figure(f"{UUIDS // BATCH} requests beside a dead provider on {world.database}",
                 beside, alone, "the same alone", kept)  # fmt: skip


def timed(world: World, credential: object, seed: int) -> float:
    began = time.perf_counter()
    look_up(world, credential, UUIDS, seed)
    return time.perf_counter() - began


def look_up(world: World, credential: object, count: int, seed: int, *, wait: bool = True) -> None:
    from lookups import lifecycle
    from lookups.lifecycle import uploads

    dice = Random(seed)
    text = "\n".join(str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(count))
    asked = lifecycle.Asked(credential, world.agent)  # type: ignore[arg-type]
    lookup = lifecycle.submit(uploads.pasted(text), asked)
    while wait and lookup.is_running:
        time.sleep(0.01)
        lookup.refresh_from_db(fields=["status"])
