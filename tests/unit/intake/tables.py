"""Small tables in every dress that people hand them in."""

from __future__ import annotations

import csv
import io
import json

from lookups.intake import FILE_LIMITS, Choices, Entry, Source, entries, open_file, open_text
from tests.uuids import some_uuids

CALLS = some_uuids(6, seed=11)
REQUESTS = some_uuids(6, seed=12)
Cells = list[list[str]]


def report(header: str = "Call UUID", rows: int = 4) -> Cells:
    """A header, and rows of a UUID, a customer, a booking and an agent."""
    names = [header, "Customer", "PNR", "Agent"]
    return [names, *([CALLS[n], f"Passenger {n}", f"PNR{n}", "Ravi"] for n in range(rows))]


def as_csv(rows: Cells, delimiter: str = ",", end: str = "\n") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue().encode()


def as_json(rows: Cells) -> bytes:
    header, *below = rows
    return json.dumps([dict(zip(header, cells, strict=True)) for cells in below]).encode()


def as_json_lines(rows: Cells) -> bytes:
    header, *below = rows
    lines = (json.dumps(dict(zip(header, cells, strict=True))) for cells in below)
    return "\n".join(lines).encode()


def opened(name: str, data: bytes, **choices: str) -> Source:
    return open_file(name, data, FILE_LIMITS, Choices(**choices))


def pasted(data: bytes, **choices: str) -> Source:
    return open_text(data.decode(), FILE_LIMITS, Choices(**choices))


def uuids(source: Source) -> list[str]:
    return [entry.uuid for entry in entries(source) if entry.uuid]


def content(source: Source) -> list[tuple[str, dict[str, str]]]:
    """UUID and columns of each entry; the columns of a rejected one as well."""
    return [_content(entry) for entry in entries(source) if entry.kind != "blank"]


def _content(entry: Entry) -> tuple[str, dict[str, str]]:
    return entry.uuid, dict(entry.columns)
