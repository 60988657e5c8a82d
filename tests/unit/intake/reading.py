"""Reads a text both ways, so that each test of a spelling holds the counting to the reading."""

from __future__ import annotations

from pathlib import Path

from lookups.intake import Entry, entries, open_text, summarise

CASES = Path(__file__).parents[2] / "cases"

U = "550e8400-e29b-41d4-a716-446655440000"
V = "0b7e6d1c-93a5-4f21-8c3e-5d2f9a41b6e7"
BARE = U.replace("-", "")


def read(text: str) -> list[Entry]:
    """The entries of the text, after the sums were held to them."""
    source = open_text(text)
    found, sums = list(entries(source)), summarise(source)
    assert sums.entries == len(found)
    assert set(sums.uuids) == {one.uuid for one in found if one.uuid}
    assert sums.read_as == sum(bool(one.read_as) for one in found)
    assert sums.rejected == sum(bool(one.reason) for one in found)
    return found


def told(text: str) -> list[tuple[str, str]]:
    """Of each entry that is not blank: the UUID and what it was read through, or "" and why not."""
    return [
        (one.uuid, one.read_as if one.uuid else one.reason)
        for one in read(text)
        if one.uuid or one.reason
    ]
