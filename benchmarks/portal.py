"""A portal with an empty database of its own, for as long as a benchmark runs."""

import base64
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass
class World:
    team: Any
    agent: Any
    database: str

    def credential(self, endpoint_url: str, **limits: int) -> Any:
        from lookups import credentials
        from lookups.emulator import DEMO_FLOW_ID, DEMO_SECURITY_ID
        from lookups.models import Credential

        new = Credential(
            team=self.team, label="bench", endpoint_url=endpoint_url, api_version=2, **limits
        )
        return credentials.save(new, by=None, security_id=DEMO_SECURITY_ID, flow_id=DEMO_FLOW_ID)


def set_up(folder: str) -> None:
    """Points Django at a new SQLite file; the settings are read once, so this comes first."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "phonon_portal.settings",
        "SECRET_KEY": "only-for-benchmarks-" + "x" * 50,
        "CREDENTIAL_KEYS": "b1:" + base64.b64encode(b"b" * 32).decode(),
        "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        "PULL_ALLOW_PRIVATE_ENDPOINTS": "true",
        "PULL_ALLOWED_HOSTS": "",
    }
    import django

    django.setup()


@contextmanager
def portal() -> Iterator[World]:
    """A migrated database with one team and one agent, removed at the end."""
    from django.core.management import call_command
    from django.db import connection

    with tempfile.TemporaryDirectory() as folder:
        connection.close()
        connection.settings_dict["NAME"] = f"{folder}/bench.sqlite3"
        call_command("migrate", verbosity=0)
        from lookups import people

        team = people.create_team("bench", name="Bench", by=None)
        member, _ = people.add_member(team, username="bench", role="agent", by=None)
        yield World(team, member.user, "SQLite")
        connection.close()
