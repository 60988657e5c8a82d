"""Finding 1,000,000 UUIDs in 45 MB of mixed text, against grep and ripgrep on the same file."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from uuid import UUID

from benchmarks.measure import (
    ROOT,
    Figure,
    in_process_of_its_own,
    median_of_turns,
    peak_megabytes,
    shell,
)
from lookups import intake

UUIDS = 1_000_000
UNIQUE = 950_000
BEFORE = ["", "", "", "- ", "id: ", "call=", "T-88130 ", "re: ", "https://crm.example/?c="]
AFTER = ["", "", "", "", ",", ";", " seat 14C", ",Mumbai"]
LINES = ["", "", "Passenger says nobody called about 6E-2043.", "refs below:", "> thanks"]
SAME = "| tr A-F a-f | sort -u | wc -l"
PATTERN = "'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'"
GREP = f'grep -oiE {PATTERN} "$1" {SAME}'
RIPGREP = f'rg -oiN --no-filename {PATTERN} "$1" {SAME}'


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mess.txt"
        write_mess(file)
        found: list[dict[str, float]] = []

        def ours() -> float:
            found.append(in_process_of_its_own("benchmarks.intake", str(file)))
            check(found[-1]["unique"])
            return found[-1]["seconds"]

        references = {
            "grep | tr | sort": GREP,
            "the same in the C locale": f"export LC_ALL=C; {GREP}",
        }
        if has_ripgrep():
            references["rg | tr | sort"] = RIPGREP
        else:
            print("ripgrep is not there and could not be installed: one ratio is left out.")
        took, *others = median_of_turns(
            ours, *(lambda command=one: timed(command, file) for one in references.values())
        )
        peak = max(one["megabytes"] for one in found)
        for name, seconds in zip(references, others, strict=True):
            yield Figure("intake of 1,000,000 UUIDs", took, seconds, name, f"peak {peak:.0f} MiB")


def timed(command: str, file: Path) -> float:
    began = time.perf_counter()
    check(int(shell(command, str(file))))
    return time.perf_counter() - began


def has_ripgrep() -> bool:
    if not shutil.which("rg"):
        subprocess.run([ROOT / "benchmarks" / "ripgrep.sh"], check=False)
    return shutil.which("rg") is not None


def write_mess(file: Path) -> None:
    dice = Random(1)
    uuids = [str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(UNIQUE)]
    uuids += dice.choices(uuids, k=UUIDS - UNIQUE)
    dice.shuffle(uuids)
    with file.open("w") as text:
        for uuid in uuids:
            spelt = uuid.upper() if dice.random() < 0.1 else uuid
            end = "\n" if dice.random() < 0.9 else " "
            text.write(f"{dice.choice(BEFORE)}{spelt}{dice.choice(AFTER)}{end}")
            if dice.random() < 0.02:
                text.write(
                    dice.choice([*LINES, uuid[:-1], uuid.replace("-", "")[:30] + "g0"]) + "\n"
                )


def check(unique: float) -> None:
    if unique != UNIQUE:
        raise SystemExit(f"Found {unique:.0f} unique UUIDs where {UNIQUE} are.")


if __name__ == "__main__":
    limits = intake.Limits(max_bytes=1 << 30)
    began = time.perf_counter()
    with Path(sys.argv[1]).open("rb") as data:
        summary = intake.summarise(intake.open_file("mess.txt", data, limits), limits)
    took = time.perf_counter() - began
    print(json.dumps({"unique": summary.unique, "seconds": took, "megabytes": peak_megabytes()}))
