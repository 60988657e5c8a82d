"""Runs the whole suite on SQLite and, where a server answers, its database part on PostgreSQL.

The last lines say what was left out. With CI=true leaving anything out is a failure.
"""

import os
import shutil
import subprocess
import sys

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
# Those that start processes of their own and wait for them have the processors to themselves.
BESIDE_EACH_OTHER = ["-n", "2"]
PROCESSES = ["tests/faults", "tests/functional"]
OTHERS = ["tests", *(f"--ignore={folder}" for folder in PROCESSES)]
BROWSERS = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]


def main() -> int:
    left_out = []
    browser = ["-m", "not browser"]
    if any(name and shutil.which(name) for name in BROWSERS):
        browser = []
    else:
        left_out.append("the browser tests, because no Chromium was found")
    failed = run_pytest("SQLite", [*OTHERS, *BESIDE_EACH_OTHER])
    failed |= run_pytest("SQLite, with processes", [*PROCESSES, *browser])
    if postgres_answers():
        environment = {"DATABASE_URL": POSTGRES_URL}
        failed |= run_pytest("PostgreSQL", ["tests/integration", *BESIDE_EACH_OTHER], environment)
        failed |= run_pytest("PostgreSQL, with processes", [*PROCESSES, *browser], environment)
    else:
        left_out.append("PostgreSQL, because no server answered at TEST_POSTGRES_URL")
    print("Left out: " + ("; ".join(left_out) or "nothing") + ".")
    if left_out and os.environ.get("CI") == "true":
        print("With CI=true nothing may be left out.")
        return 1
    return int(failed)


def run_pytest(name: str, arguments: list[str], environment: dict[str, str] | None = None) -> bool:
    print(f"── on {name} ──", flush=True)
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, env=os.environ | (environment or {})).returncode != 0


def postgres_answers() -> bool:
    import psycopg

    try:
        psycopg.connect(POSTGRES_URL, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
