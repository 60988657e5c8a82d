"""`make bench`: every figure as a ratio against a reference run on the same data in this run."""

import argparse
import importlib
import os
import subprocess
import sys
import tempfile

from benchmarks.portal import set_up

ALL = [
    *("intake", "workbooks", "upload", "quick", "fetch", "pages", "record", "isolation"),
    *("scale", "export"),
]
ON_BOTH = {"fetch", "pages", "record", "isolation"}
ON_POSTGRES = {"scale"}
POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("chosen", nargs="*", choices=[*ALL, []], help="all without any")
    parser.add_argument("--database", default="", help="a PostgreSQL URL instead of both databases")
    options = parser.parse_args()
    chosen = options.chosen or ALL
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder, options.database)
        for name in chosen:
            if name in ON_POSTGRES and not options.database:
                continue
            for figure in importlib.import_module(f"benchmarks.{name}").figures():
                print(figure, flush=True)
    again = [name for name in chosen if name in ON_BOTH | ON_POSTGRES]
    if again and not options.database and postgres_answers():
        command = [sys.executable, "-m", "benchmarks", *again, "--database", POSTGRES_URL]
        return subprocess.run(command).returncode
    return 0


def postgres_answers() -> bool:
    import psycopg

    try:
        psycopg.connect(POSTGRES_URL, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
