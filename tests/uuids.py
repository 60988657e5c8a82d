"""UUIDs for tests: made up, and the same at every run."""

from random import Random
from uuid import UUID


def some_uuids(n: int, seed: int = 1) -> list[str]:
    dice = Random(seed)
    return [str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(n)]
