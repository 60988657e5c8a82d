"""`python -m lookups.emulator --port P`: the emulator without the rest of the portal."""

from __future__ import annotations

import argparse
import sys
from datetime import date

from lookups.emulator.emulator import UNTIL
from lookups.emulator.running import run


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m lookups.emulator", description="A pretend Phonon Pull API."
    )
    parser.add_argument("--port", type=int, default=8099, help="0 picks a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--fault-rate", type=float, default=0.0, help="share of requests, 0 to 1")
    parser.add_argument("--faults", nargs="*", default=(), help="which ones, each as often")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--max-list", type=int, default=200)
    parser.add_argument("--until", type=date.fromisoformat, default=UNTIL, help="YYYY-MM-DD")
    options = parser.parse_args()
    try:
        run(
            options.port,
            options.latency_ms,
            options.fault_rate,
            options.seed,
            faults=options.faults,
            host=options.host,
            max_list=options.max_list,
            until=options.until,
        )
    except OSError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
