"""The demo portal and a real browser, for what a person waits for."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.measure import ROOT
from benchmarks.web import free_port, wait_for
from lookups.management.commands.demo import PASSWORD

BROWSERS = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]


@contextmanager
def signed_in() -> Iterator[tuple[Page, Path]]:
    """A page of a new demo, with its agent signed in, and a folder for files."""
    found = filter(None, (shutil.which(name) for name in BROWSERS if name))
    chromium = next(found, None)
    if chromium is None:
        raise SystemExit("This benchmark needs Chromium. `make browser` installs it.")
    with (
        tempfile.TemporaryDirectory() as folder,
        demo(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(base_url=address)
        sign_in(page)
        yield page, Path(folder)
        browser.close()


@contextmanager
def demo(folder: Path) -> Iterator[str]:
    """The demo with a database of its own; its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
        "DEMO": "true",
        "HTTPS_ONLY": "false",
        "ALLOWED_HOSTS": "127.0.0.1",
    }
    manage = [sys.executable, "manage.py"]
    for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
        subprocess.run([*manage, *command], cwd=ROOT, env=environment, check=True)
    process = subprocess.Popen(
        [*manage, "demo", "--port", str(port)],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait()


def sign_in(page: Page) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Username").fill("asha")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="New lookup")).to_be_visible(timeout=30_000)


def timed(step: Callable[[], object]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began
