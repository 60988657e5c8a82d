"""`python -m tests.soak WHAT`: prints what it saw; ends with 1 if not all is well."""

import argparse
import sys
import tempfile
import time

# Leases and hanging requests that are soon over; tries enough that no request fails by chance.
SETTINGS: dict[str, dict[str, str]] = {
    "storm": {"LEASE_SECONDS": "4", "PULL_TIMEOUT_SECONDS": "5"},
    "crashes": {"PULL_MAX_TRIES": "6"},
    "outage": {},
}
MOST_IN_AN_OUTAGE = 1.10


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("what", choices=["storm", "crashes", "outage"])
    parser.add_argument("--database", default="", help="PostgreSQL URL; SQLite without it")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--pauses", type=int, default=10)
    parser.add_argument("--locks", type=int, default=5)
    parser.add_argument("--restarts", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=10, help="at most")
    parser.add_argument("--shortened", type=float, default=1, help="the outage, that many times")
    parser.add_argument("--restart-command", default="")
    parser.add_argument("--without-fencing", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        from tests.soak import world

        url = options.database or f"sqlite:///{folder}/soak.sqlite3"
        world.set_up(url, **SETTINGS[options.what])
        world.create_tables()
        if options.what != "outage":
            world.rest_briefly()
        began = time.monotonic()
        is_valid = {"storm": storm, "crashes": crashes, "outage": outage}[options.what](options)
        print(f"{time.monotonic() - began:.0f} s in all")
    return 0 if is_valid else 1


def storm(options: argparse.Namespace) -> bool:
    from tests.soak.storm import Storm, blow

    outcome = blow(
        Storm(
            requests=options.requests,
            kills=options.kills or 20,
            pauses=options.pauses,
            locks=options.locks,
            restarts=options.restarts,
            restart_command=options.restart_command,
            without_fencing=options.without_fencing,
            minutes=options.minutes,
        )
    )
    print(outcome)
    for example in outcome.verdict.examples:
        print(" ", example)
    return outcome.verdict.is_valid != options.without_fencing


def crashes(options: argparse.Namespace) -> bool:
    from tests.soak.crashes import POINTS, crash_at, portal

    is_valid = True
    with portal() as made:
        for point in POINTS:
            result = crash_at(made, point, kills=options.kills or 25)
            print(result, flush=True)
            is_valid &= result.is_valid
    return is_valid


def outage(options: argparse.Namespace) -> bool:
    from tests.soak.outage import last

    result = last(options.minutes * 60, shortened=options.shortened)
    print(result)
    return result.ratio <= MOST_IN_AN_OUTAGE and not result.failed_items


if __name__ == "__main__":
    sys.exit(main())
