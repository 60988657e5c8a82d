"""Finding 1,000,000 UUIDs in 45 MB of mixed text, against grep, tr and sort on the same file."""

import json
import resource
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from uuid import UUID

from benchmarks.measure import Figure, compare, in_process_of_its_own, shell
from lookups import intake

ENTRIES = 1_000_000
UNIQUE = 950_000
WORDS = [
    "ticket",
    "customer",
    "says",
    "nobody",
    "called",
    "re",
    "flight",
    "https://crm.example/?c=",
]
GREP = (
    "grep -oiE '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}' \"$1\""
    " | tr A-F a-f | sort -u | wc -l"
)


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mess.txt"
        write_mess(file)
        found: list[dict[str, float]] = []
        ours, grep = compare(
            lambda: found.append(in_process_of_its_own("benchmarks.intake", str(file))),
            lambda: check(int(shell(GREP, str(file)))),
        )
        for one in found:
            check(one["unique"])
        megabytes = max(one["megabytes"] for one in found)
        yield Figure("intake of 1,000,000 UUIDs", ours, grep, "grep | tr | sort -u",
                     f"peak {megabytes:.0f} MiB")  # fmt: skip


def write_mess(file: Path) -> None:
    dice = Random(1)
    uuids = [str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(UNIQUE)]
    uuids += dice.sample(uuids, ENTRIES - UNIQUE)
    with file.open("w") as text:
        for uuid in uuids:
            spelt = uuid.upper() if dice.random() < 0.1 else uuid
            text.write(f"{dice.choice(WORDS)} {spelt}\n")


def check(unique: float) -> None:
    if unique != UNIQUE:
        raise SystemExit(f"Found {unique:.0f} unique UUIDs where {UNIQUE} are.")


if __name__ == "__main__":
    # A limit of bytes larger than the file: the mess is a little over the portal's 50 MB.
    limits = intake.Limits(max_bytes=1 << 30)
    data = Path(sys.argv[1]).read_bytes()
    summary = intake.summarise(intake.open_file("mess.txt", data, limits), limits)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"unique": summary.unique, "megabytes": peak}))
