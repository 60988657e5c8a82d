"""A whole lookup against the provider's own time alone: ceil(requests / 8) × latency."""

import time
from collections.abc import Iterator, Sequence
from random import Random
from statistics import median
from uuid import UUID

import requests

from benchmarks.measure import RUNS, Figure
from benchmarks.portal import World, emulator, portal, workers

UUIDS = 20_000
AT_ONCE = 8
LATENCY = 0.2
WORKERS = 2


def figures() -> Iterator[Figure]:
    with portal() as world, emulator(latency_ms=int(LATENCY * 1000)) as address:
        credential = world.credential(f"{address}/v2/pull", max_concurrent=AT_ONCE)
        with workers(WORKERS):
            took = median(look_up(world, credential, address, seed) for seed in range(RUNS))
    asked = -(-UUIDS // credential.batch_size)
    yield Figure(
        f"lookup of {UUIDS:,} UUIDs on {world.database}",
        took, -(-asked // AT_ONCE) * LATENCY, "the provider's own time", f"{WORKERS} workers",
    )  # fmt: skip


def look_up(world: World, credential: object, address: str, seed: int) -> float:
    """Seconds from the submission until everything is written."""
    from lookups import lifecycle, uploads

    dice = Random(seed)
    uuids = [str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(UUIDS)]
    warm_up(address, uuids)
    asked = lifecycle.Asked(credential, world.agent)  # type: ignore[arg-type]
    began = time.perf_counter()
    lookup = lifecycle.submit(uploads.pasted("\n".join(uuids)), asked)
    while lookup.is_running:
        time.sleep(0.01)
        lookup.refresh_from_db(fields=["status"])
    return time.perf_counter() - began


def warm_up(address: str, uuids: Sequence[str]) -> None:
    """Lets the emulator make up its calls beforehand: a provider has them already, elsewhere."""
    from lookups.emulator import DEMO_FLOW_ID, DEMO_SECURITY_ID

    with requests.Session() as session:
        for start in range(0, len(uuids), 200):
            body = {
                "security-id": DEMO_SECURITY_ID,
                "flow-id": DEMO_FLOW_ID,
                "phonon-uuids": uuids[start : start + 200],
                "fetch-attempt": "ALL",
            }
            session.post(f"{address}/v2/pull", json=body, timeout=30).raise_for_status()
