"""A portal on a database of its own, an emulator in its own process, and lookups to work on."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from tests.processes import ROOT

SEED = 7


@dataclass
class World:
    emulator: str
    """Its address."""
    credentials: list[Any]
    agent: Any


def set_up(database_url: str, **settings: str) -> None:
    """Points Django at the database. The settings are read once, so this comes before all else."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url,
        **settings,
    }
    import django

    django.setup()


def create_tables() -> None:
    """On SQLite the tables in a new file; on PostgreSQL in a database of its own, made anew."""
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor == "postgresql":
        name = "phonon_soak"
        connection.ensure_connection()
        connection.connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {name}")
        connection.close()
        connection.settings_dict["NAME"] = name
    call_command("migrate", verbosity=0)


def rest_briefly() -> None:
    """A breaker that opens by chance is to cost seconds here, in which nothing would happen."""
    from lookups.ledger import limits

    limits.BREAKER_REST /= 15
    limits.RETRY_REST /= 15


@contextmanager
def emulator(*, latency_ms: int, fault_rate: float, faults: Sequence[str]) -> Iterator[str]:
    """A real emulator on a free port; its address."""
    command = [
        sys.executable, "-m", "lookups.emulator", "--port", "0", "--seed", str(SEED),
        "--latency-ms", str(latency_ms), "--fault-rate", str(fault_rate), "--faults", *faults,
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        yield next(word for word in said.split() if word.startswith("http")).rstrip("/.,")
    finally:
        process.terminate()
        process.wait()


def seed(address: str, *, teams: int = 2, per_team: int = 2, **limits: int) -> World:
    """Teams with an agent and credentials that work with the emulator."""
    from lookups import credentials, people
    from lookups.emulator import DEMO_FLOW_ID, DEMO_SECURITY_ID
    from lookups.models import Credential

    made = []
    agent = None
    for number in range(teams):
        team = people.create_team(f"team-{number}", name=f"Team {number}", by=None)
        member, _ = people.add_member(team, username=f"agent-{number}", role="agent", by=None)
        agent = agent or member.user
        for which in range(per_team):
            new = Credential(
                team=team, label=f"flow {which}", api_version=2,
                endpoint_url=f"{address}/v2/pull", **limits,
            )  # fmt: skip
            made.append(
                credentials.save(new, by=None, security_id=DEMO_SECURITY_ID, flow_id=DEMO_FLOW_ID)
            )
    return World(address, made, agent)


def look_up(world: World, *, uuids: int, lookups: int, seed: int = SEED) -> list[Any]:
    """That many UUIDs, shared out over that many lookups with each credential in turn."""
    from lookups import lifecycle
    from lookups.lifecycle import uploads

    dice = Random(seed)
    made = []
    for number in range(lookups):
        share = uuids // lookups + (number < uuids % lookups)
        text = "\n".join(str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(share))
        credential = world.credentials[number % len(world.credentials)]
        made.append(
            lifecycle.submit(uploads.pasted(text), lifecycle.Asked(credential, world.agent))
        )
    return made
