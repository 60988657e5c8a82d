"""The formats that an export may have, and what its file is called."""

import re
from datetime import date
from typing import NamedTuple

from lookups.refusal import Refusal


class ExportError(Refusal):
    """The export cannot be made. `sentence` says why and what to do."""


class Format(NamedTuple):
    label: str
    content_type: str
    extension: str


FORMATS = {
    "csv": Format("CSV, for machines", "text/csv; charset=utf-8", "csv"),
    "excel-csv": Format("CSV for Excel", "text/csv; charset=utf-8", "csv"),
    "xlsx": Format(
        "Excel workbook",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
    "jsonl": Format("JSON Lines", "application/x-ndjson; charset=utf-8", "jsonl"),
}


def checked(name: str) -> Format:
    """The format of that name. Raises ExportError that lists what there is."""
    try:
        return FORMATS[name]
    except KeyError:
        raise ExportError(f"There is no such format. You can use {', '.join(FORMATS)}.") from None


def filename(format_name: str, *, about: str, on: date) -> str:
    """ "lookup-318-2026-11-23.csv"; `about` is cut down to ASCII letters, digits and hyphens. The
    two kinds of CSV have different names, so that one is not taken for the other."""
    safe = re.sub(r"[^A-Za-z0-9]+", "-", about).strip("-")[:60] or "export"
    kind = "-excel" if format_name == "excel-csv" else ""
    return f"{safe}-{on:%Y-%m-%d}{kind}.{checked(format_name).extension}"
