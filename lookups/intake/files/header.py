"""Which row of a table is its header: the last one above the first UUID that looks like one.

Report tools write a title, a period and an empty row above it; and rows whose UUID is still missing
may stand below it. So a header is as wide as the data, or it names the UUID column; and what stands
in its UUID column is a name, not a figure or a filler.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from statistics import median_low

from lookups.intake.uuids.disguise import is_blank

Row = tuple[int, Sequence[str]]
"""1-based line or spreadsheet row, cells."""

MEANS_PHONON = re.compile(r"phonon\W*_*\W*(?:call\W*_*\W*)?(?:uu|gu)?id", re.IGNORECASE)
_NAMES_UUID = re.compile(
    r"uuid|guid|phonon|(?<![a-z])(?:ids?|calls?)(?![a-z])|[a-z](?:Id|ID)s?$", re.IGNORECASE
)
_FILLER = re.compile(
    r"\W*|n\.?/?a\.?|none|null|nil|nan|unknown|pending|missing|#\S+|not \w+|no \w+", re.IGNORECASE
)
_FIGURE = re.compile(
    r"[\W\d_]*\d[\W\d_]*|[-+]?\d[\d.,]*e[-+]?\d+|(?=[^\d]*\d)[0-9a-f-]{12,}", re.IGNORECASE
)
"""A number, a date, a time, an amount, a part of a UUID: no word in it."""
_NAME_LIMIT = 40
"""Characters; what names a column is no sentence."""
_WIDTHS = 20
"""Rows with a UUID that tell how wide the data is."""


def header_of(filled: Sequence[Row], holding: Sequence[AbstractSet[int]], columns: set[int]) -> int:
    """The place among the filled rows of the header; -1 when there is none.

    `holding` are the columns of each row that hold a UUID or a near-miss, `columns` those of the
    whole table that hold UUIDs. Without any a near-miss stands for one.
    """
    columns = columns or {i for found in holding for i in found}
    above = next((n for n, found in enumerate(holding) if found & columns), len(filled))
    candidates = [n for n in range(above) if not holding[n]]
    if not columns or not candidates:
        return 0 if _stands_alone(filled) else -1
    width = _width(filled, holding, columns)
    repeated = _repeated([filled[n][1] for n in candidates], columns)
    last = [
        n
        for n in candidates
        if _may_head(filled[n][1], columns, repeated)
        and (_width_of(filled[n][1]) >= width or _names_one(filled[n][1], columns))
    ]
    if last:
        return _likeliest(last, filled, columns, width)
    return 0 if 0 in candidates else -1


def _likeliest(rows: Sequence[int], filled: Sequence[Row], columns: set[int], width: int) -> int:
    """The last of them; of those that hold figures only where none is of words alone."""
    words = [n for n in rows if not any(_FIGURE.fullmatch(cell) for cell in filled[n][1])]
    both = [
        n for n in words if _width_of(filled[n][1]) >= width and _names_one(filled[n][1], columns)
    ]
    return (both or words or list(rows))[-1]


def _stands_alone(filled: Sequence[Row]) -> bool:
    """Whether the only row is a header: names without figures, several or a UUID's."""
    if len(filled) != 1:
        return False
    cells = [cell for cell in filled[0][1] if not is_blank(cell)]
    return all(not any(c.isdigit() for c in cell) for cell in cells) and (
        len(cells) > 1 or "uuid" in cells[0].lower()
    )


def _width(filled: Sequence[Row], holding: Sequence[AbstractSet[int]], columns: set[int]) -> int:
    """How many cells of a row with a UUID are filled, as a rule."""
    rows = [row for row, found in zip(filled, holding, strict=True) if found & columns]
    return median_low([_width_of(cells) for _, cells in rows[:_WIDTHS]] or [2])


def _width_of(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if not is_blank(cell))


def _repeated(rows: Sequence[Sequence[str]], columns: set[int]) -> set[tuple[int, str]]:
    """What stands more than once in a UUID column: no header, but words for a UUID that lacks."""
    cells = Counter((i, cells[i]) for cells in rows for i in columns if i < len(cells))
    return {cell for cell, times in cells.items() if times > 1}


def _may_head(cells: Sequence[str], columns: set[int], repeated: set[tuple[int, str]]) -> bool:
    """Whether a name stands above one of the UUID columns."""
    return any(
        i < len(cells)
        and not (_FILLER.fullmatch(cells[i].strip()) or _FIGURE.fullmatch(cells[i]))
        and (i, cells[i]) not in repeated
        for i in columns
    )


def _names_one(cells: Sequence[str], columns: set[int]) -> bool:
    return any(names_uuid(cells[i]) for i in columns if i < len(cells))


def names_uuid(cell: str) -> bool:
    """Whether that is what a column of UUIDs is called."""
    return len(cell) <= _NAME_LIMIT and bool(_NAMES_UUID.search(cell))
