"""How long pages take while a large lookup runs, against the same pages while nothing does."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from benchmarks.fetch import AT_ONCE, LATENCY, WORKERS, begin
from benchmarks.measure import ROOT, Figure
from benchmarks.portal import World, emulator, portal, workers
from benchmarks.web import free_port, wait_for

PAGES = 60
"""Of each kind while idle."""


def figures() -> Iterator[Figure]:
    with portal() as world, emulator(latency_ms=int(LATENCY * 1000)) as address:
        credential = world.credential(f"{address}/v2/pull", max_concurrent=AT_ONCE)
        with workers(WORKERS), web() as root:
            session = signed_in(world)
            lookup = begin(world, credential, address, seed=0)
            while lookup.is_running:
                time.sleep(0.05)
                lookup.refresh_from_db(fields=["status"])
            paths = ["/calls/", "/lookups/", f"/lookups/{lookup.pk}/"]
            idle = [timed(session, root + path) for _ in range(PAGES) for path in paths]
            lookup = begin(world, credential, address, seed=1)
            paths[-1] = f"/lookups/{lookup.pk}/"
            busy = []
            while lookup.is_running:
                busy += [timed(session, root + path) for path in paths]
                lookup.refresh_from_db(fields=["status"])
    yield Figure(f"page, 95th percentile, while a lookup runs on {world.database}",
                 percentile(busy), percentile(idle), "while nothing runs",
                 f"{len(busy)} pages against {len(idle)}")  # fmt: skip


def percentile(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)]


def timed(session: requests.Session, url: str) -> float:
    began = time.perf_counter()
    session.get(url, timeout=30).raise_for_status()
    return time.perf_counter() - began


def signed_in(world: World) -> requests.Session:
    """A browser's session of the agent."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(world.agent)
    session = requests.Session()
    session.cookies.set(settings.SESSION_COOKIE_NAME, client.cookies["sessionid"].value)
    return session


@contextmanager
def web() -> Iterator[str]:
    """The pages as they are served for real; their address."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "manage.py", "run_web", "--port", str(port)]
    environment = os.environ | {"HTTPS_ONLY": "false", "ALLOWED_HOSTS": "127.0.0.1"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait()
