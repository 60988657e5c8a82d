"""A real headless Chromium on the real pages, with a real worker behind them."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from lookups.models import User
from tests import processes
from tests.conftest import PASSWORD

# Playwright's synchronous interface runs an event loop in this thread, and the ORM would refuse
# to work beside one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
NAMES = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
# The browser talks to our own pages and to nobody else.
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(found for name in NAMES if name and (found := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, live_server) -> Iterator[BrowserContext]:
    expect.set_options(timeout=15_000)
    context = browser.new_context(base_url=live_server.url, accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails its test on a script error or a breach of the content security policy."""
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda message: wrong.append(message.text) if is_breach(message.text) else None,
    )
    yield page
    assert wrong == []


def is_breach(text: str) -> bool:
    return "Content Security Policy" in text or "Uncaught" in text


@pytest.fixture
def sign_in(page: Page) -> Callable[[User], None]:
    def sign_in(user: User) -> None:
        page.goto("/sign-in/")
        page.get_by_label("Username").fill(user.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="New lookup")).to_be_visible()

    return sign_in


@pytest.fixture
def worker(live_server) -> Iterator[subprocess.Popen[bytes]]:
    process = processes.start("run_worker", PULL_BACKOFF_SECONDS="0")
    yield process
    process.terminate()
    process.wait()
