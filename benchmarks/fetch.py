"""A whole lookup against the provider's own time alone: ceil(requests / 8) × latency."""

from collections.abc import Iterator
from random import Random
from uuid import UUID

from benchmarks.measure import Figure, seconds
from benchmarks.portal import portal

UUIDS = 20_000
AT_ONCE = 8
LATENCY = 0.2


def figures() -> Iterator[Figure]:
    with portal() as world:
        from lookups import engine, intake, lifecycle
        from lookups.emulator import Emulator

        with Emulator(latency_ms=int(LATENCY * 1000)) as emulator:
            credential = world.credential(emulator.url(2), max_concurrent=AT_ONCE)
            dice = Random(2)
            text = "\n".join(str(UUID(int=dice.getrandbits(128))) for _ in range(UUIDS))
            entries = intake.entries(intake.open_text(text))
            lookup = lifecycle.submit(entries, lifecycle.Asked(credential, world.agent))
            took = seconds(lambda: engine.work_until_ended(lookup, concurrency=AT_ONCE))
            requests = -(-UUIDS // credential.batch_size)
        bound = -(-requests // AT_ONCE) * LATENCY
        yield Figure(f"lookup of {UUIDS:,} UUIDs on {world.database}", took, bound,
                     "the provider's own time", "emulator in the same process")  # fmt: skip
