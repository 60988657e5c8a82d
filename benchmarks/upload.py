"""A file of 100,000 UUIDs in a real browser, against a file of one on the same portal."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median
from uuid import UUID

from playwright.sync_api import Page

from benchmarks.browser import signed_in, timed
from benchmarks.measure import RUNS, Figure

UUIDS = 100_000


def figures() -> Iterator[Figure]:
    with signed_in() as (page, folder):
        turns = [(*look_up(page, folder, UUIDS), *look_up(page, folder, 1)) for _ in range(RUNS)]
    previewed, opened, one_previewed, one_opened = map(median, zip(*turns, strict=True))
    name = f"file of {UUIDS:,} UUIDs in the browser"
    yield Figure(f"{name}, to its preview", previewed, one_previewed, "a file of one")
    yield Figure(f"{name}, from Look up to the page", opened, one_opened, "a file of one")


def look_up(page: Page, folder: Path, count: int) -> tuple[float, float]:
    """Seconds from choosing a file of new UUIDs to its preview, and from Look up to the lookup."""
    dice = Random()
    file = folder / f"{count}.csv"
    rows = (f"T-{n},{UUID(int=dice.getrandbits(128))}" for n in range(count))
    file.write_text("ticket,phonon uuid\n" + "\n".join(rows))
    page.goto("/")
    words = f"Look up {count:,} call" + ("s" if count > 1 else "")
    button = page.get_by_role("button", name=words, exact=True)
    previewed = timed(lambda: (choose(page, file), button.wait_for()))
    heading = page.get_by_role("heading", level=1)
    opened = timed(lambda: (button.click(), page.wait_for_url("**/lookups/*/"), heading.wait_for()))
    return previewed, opened


def choose(page: Page, file: Path) -> None:
    page.get_by_label("Upload a file").set_input_files(file)
