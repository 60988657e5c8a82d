"""One UUID: from "Look up" to its attempts on the page, against the provider's own time alone."""

from collections.abc import Iterator
from statistics import median
from uuid import uuid4

from playwright.sync_api import Page

from benchmarks.browser import signed_in, timed
from benchmarks.measure import RUNS, Figure

LATENCY = 0.3
"""Seconds that the demo's emulator takes."""
# Asked at every frame; a locator would look only twice a second.
HAS_ENDED = "() => document.body.innerText.includes('Asked Phonon 1 time')"


def figures() -> Iterator[Figure]:
    with signed_in() as (page, _):
        took = median(look_up(page) for _ in range(max(5, RUNS)))
    more = f"{1000 * (took - LATENCY):.0f} ms more"
    yield Figure("quick answer to one UUID", took, LATENCY, "the provider's own time", more)


def look_up(page: Page) -> float:
    page.goto("/")
    page.get_by_label("Phonon UUIDs").fill(str(uuid4()))
    button = page.get_by_role("button", name="Look up 1 call", exact=True)
    button.wait_for()
    return timed(lambda: (button.click(), page.wait_for_function(HAS_ENDED)))
