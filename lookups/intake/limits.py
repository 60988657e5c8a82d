"""How much one intake takes, with the reason for each figure."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one intake may hold at most."""

    max_bytes: int
    """Bytes of the file or of the pasted text in UTF-8."""
    max_uuids: int = 1_000_000
    """UUIDs, duplicates counted: each becomes a row of its own in the lookup."""
    max_entries: int = 2_000_000
    """Entries of every kind: 50 MB of line ends would else be 50 million blank rows."""
    max_columns: int = 16_000
    """Columns: with the portal's own they fit into a sheet of Excel, which holds 16,384."""
    max_beside: int = 1_000_000
    """Characters of what comes along with one entry: every entry keeps its own."""
    max_inflated_bytes: int = 300 * MEGABYTE
    """Bytes a workbook may unpack to; a small one can unpack to gigabytes. Also the bytes of all
    entries that JSON gives: each UUID of a row takes the row's other members along."""
    max_inflation: int = 200
    """Times its packed size that one part of a workbook may unpack to."""
    max_parts: int = 5_000
    """Parts (sheets, pictures, styles) in the archive of a workbook."""
    child_bytes: int = 2048 * MEGABYTE
    """Memory of the process that opens a workbook: its reader allocates empty cells as well."""
    json_bytes: int = 1024 * MEGABYTE
    """Memory of the process that reads JSON: what is one object is held as a whole, at ten to
    twenty times its bytes."""
    child_seconds: int = 60
    """That either may take."""


def megabytes(size: int) -> str:
    """ "50 MB", "4.8 MB"."""
    return f"{size / MEGABYTE:,.1f} MB".replace(".0 MB", " MB")


PASTE_LIMITS = Limits(max_bytes=5 * MEGABYTE)
FILE_LIMITS = Limits(max_bytes=50 * MEGABYTE)
