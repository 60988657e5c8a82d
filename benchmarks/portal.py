"""A portal with an empty database of its own, for as long as a benchmark runs."""

import base64
import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.measure import ROOT


@dataclass
class World:
    team: Any
    agent: Any
    database: str

    def credential(self, endpoint_url: str, *, label: str = "bench", **limits: int) -> Any:
        from lookups import credentials
        from lookups.emulator import DEMO_FLOW_ID, DEMO_SECURITY_ID
        from lookups.models import Credential

        new = Credential(
            team=self.team, label=label, endpoint_url=endpoint_url, api_version=2, **limits
        )
        return credentials.save(new, by=None, security_id=DEMO_SECURITY_ID, flow_id=DEMO_FLOW_ID)


def set_up(folder: str, database_url: str = "") -> None:
    """Points Django at a new SQLite file, or at a PostgreSQL server; settings are read once."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "phonon_portal.settings",
        "SECRET_KEY": "only-for-benchmarks-" + "x" * 50,
        "CREDENTIAL_KEYS": "b1:" + base64.b64encode(b"b" * 32).decode(),
        "DATABASE_URL": database_url or f"sqlite:///{folder}/bench.sqlite3",
        "PULL_ALLOW_PRIVATE_ENDPOINTS": "true",
        "PULL_ALLOWED_HOSTS": "",
    }
    import django

    django.setup()
    # As the web process does, in whose place this one submits lookups.
    gc.freeze()


@contextmanager
def portal() -> Iterator[World]:
    """A migrated database with one team and one agent, also for processes started meanwhile."""
    from django.core.management import call_command
    from django.db import connection

    # What an earlier benchmark wrote is not to be written to the disk while this one measures.
    os.sync()
    before = os.environ["DATABASE_URL"]
    with tempfile.TemporaryDirectory() as folder:
        if connection.vendor == "postgresql":
            name, label = _new_postgres_database(), "PostgreSQL"
            os.environ["DATABASE_URL"] = before.rpartition("/")[0] + f"/{name}"
        else:
            name, label = f"{folder}/bench.sqlite3", "SQLite"
            os.environ["DATABASE_URL"] = f"sqlite:///{name}"
        connection.close()
        connection.settings_dict["NAME"] = name
        call_command("migrate", verbosity=0)
        from lookups import people

        team = people.create_team("bench", name="Bench", by=None)
        member, _ = people.add_member(team, username="bench", role="agent", by=None)
        yield World(team, member.user, label)
        connection.close()
        os.environ["DATABASE_URL"] = before


def _new_postgres_database() -> str:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS phonon_bench WITH (FORCE)")
        server.execute("CREATE DATABASE phonon_bench")
    return "phonon_bench"


@contextmanager
def workers(count: int) -> Iterator[None]:
    """That many worker processes, all of them at work."""
    from lookups.models import Worker

    command = [sys.executable, "manage.py", "run_worker"]
    started = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) for _ in range(count)]
    try:
        while Worker.objects.count() < count:
            time.sleep(0.02)
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait()


@contextmanager
def emulator(*, latency_ms: int) -> Iterator[str]:
    """An emulator in a process of its own; its address."""
    command = [
        sys.executable, "-m", "lookups.emulator", "--port", "0", "--latency-ms", str(latency_ms),
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        said = process.stdout.readline() if process.stdout else ""
        yield next(word for word in said.split() if word.startswith("http")).rstrip("/.,")
    finally:
        process.terminate()
        process.wait()
