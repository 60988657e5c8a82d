"""What of an input was taken for what, in one line for a person and as facts for a script."""

from __future__ import annotations

from typing import Any

from lookups.intake.entry import EVERY_COLUMN, Source


def taken(source: Source) -> str:
    """One line: "Sheet Today, column Phonon UUID, header in row 4; 7 hidden rows and 3 title rows
    left out". Sentences on how it was read follow."""
    told = ", ".join([*_where(source), *_which(source)])
    told = told[:1].upper() + told[1:]
    if rows := _rows(source):
        told = f"{told}; {rows}"
    return " ".join([f"{told}.", *source.remarks]) if source.remarks else told


def taken_facts(source: Source) -> dict[str, Any]:
    """The same by name. Rows are counted from 1; `header_row` is 0 where there is no header."""
    table = source.table
    return {
        "format": source.format,
        "part": source.part,
        "sheet": source.sheet,
        "column": table.column if table else "",
        "header_row": source.header_row,
        "title_rows": source.title_rows,
        "titles": list(source.titles),
        "hidden_rows": source.hidden_rows,
        "hidden_rows_are_read": source.hidden_rows_are_read,
        "hidden_sheets": list(source.hidden_sheets),
        "remarks": list(source.remarks),
        "line": taken(source),
    }


def _where(source: Source) -> list[str]:
    found = [f"part {source.part}"] if source.part else []
    if source.sheet and source.format == "html":
        found.append(source.sheet)
    elif source.sheet:
        is_hidden = source.sheet in source.hidden_sheets
        found.append(f"hidden sheet {source.sheet}" if is_hidden else f"sheet {source.sheet}")
    elif source.format == "json":
        found.append("JSON")
    return found


def _which(source: Source) -> list[str]:
    table = source.table
    if table is None:
        return [] if source.format == "json" else ["plain text, read line by line"]
    kind = "key" if source.format == "json" else "column"
    if not table.column:
        found = [f"{kind} not chosen"] if table.question else []
    elif table.column == EVERY_COLUMN:
        found = [f"every {kind}"]
    else:
        found = [f"{kind} {table.column}"]
    if source.format == "json":
        return found
    return [*found, f"header in row {source.header_row}" if source.header_row else "no header"]


def _rows(source: Source) -> str:
    hidden = _many(source.hidden_rows, "hidden row")
    titles = _many(source.title_rows, "title row")
    if hidden and source.hidden_rows_are_read:
        return f"{hidden} included" + (f" and {titles} left out" if titles else "")
    left_out = " and ".join(filter(None, [hidden, titles]))
    return f"{left_out} left out" if left_out else ""


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}" if count else ""
