"""Rows → bytes of a file, in chunks of about 64 KB."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from lookups.exports.excel import TIME_COLUMNS, guarded, readable_time
from lookups.exports.formats import checked
from lookups.exports.workbook import check_size, workbook

CHUNK_CHARACTERS = 1 << 16
BOM = "\ufeff"
Cells = Sequence[str | None]


def write(
    format_name: str,
    columns: Sequence[str],
    rows: Iterable[Cells],
    *,
    count: Callable[[], int] | None = None,
) -> Iterator[bytes]:
    """The file in that format, header first; of no rows it is the header alone.

    Raises ExportError before anything is written: for a name that is not in FORMATS, and for a
    workbook with more rows than a sheet holds, for which `count` is asked. A workbook is built
    whole before this returns; the other formats read `rows` as they are streamed.
    """
    checked(format_name)
    if format_name == "xlsx":
        if count is not None:
            check_size(count())
        return workbook(columns, rows)
    if format_name == "jsonl":
        return _encoded(_json_lines(columns, rows))
    if format_name == "excel-csv":
        names = [guarded(name) for name in columns]
        return _encoded(_csv_lines(names, _for_excel(columns, rows), opening=BOM))
    return _encoded(_csv_lines(columns, rows))


def _encoded(texts: Iterable[str]) -> Iterator[bytes]:
    # Half a character, which JSON may hold, has no UTF-8: it becomes a question mark.
    return (text.encode("utf-8", "replace") for text in texts)


def _csv_lines(
    columns: Sequence[str], rows: Iterable[Cells], *, opening: str = ""
) -> Iterator[str]:
    buffer = io.StringIO(opening, newline="")
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(row)
        if buffer.tell() > CHUNK_CHARACTERS:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _for_excel(columns: Sequence[str], rows: Iterable[Cells]) -> Iterator[Cells]:
    times = {place for place, name in enumerate(columns) if name in TIME_COLUMNS}
    for row in rows:
        yield [
            cell and guarded(readable_time(cell) if place in times else cell)
            for place, cell in enumerate(row)
        ]


def _json_lines(columns: Sequence[str], rows: Iterable[Cells]) -> Iterator[str]:
    lines: list[str] = []
    size = 0
    for row in rows:
        lines.append(_json_line(columns, row))
        size += len(lines[-1])
        if size > CHUNK_CHARACTERS:
            yield "".join(lines)
            lines, size = [], 0
    yield "".join(lines)


def _json_line(columns: Sequence[str], row: Cells) -> str:
    cells = dict(zip(columns, row, strict=True))
    if "raw" not in cells:
        return _json(cells) + "\n"
    members = list(cells.items())
    place = columns.index("raw")
    before, after = _json(dict(members[:place])), _json(dict(members[place + 1 :]))
    # What Phonon sent goes in as it came, between the members before it and those after.
    parts = [before[1:-1], f'"raw": {_raw_json(row[place])}', after[1:-1]]
    return f"{{{', '.join(part for part in parts if part)}}}\n"


_as_text = json.JSONEncoder(ensure_ascii=False).encode


def _json(value: object) -> str:
    text = _as_text(value)
    return text if _is_encodable(text) else json.dumps(value)


def _raw_json(cell: str | None) -> str:
    """What Phonon sent, where it is JSON: character by character, so that no number is rounded and
    no key lost. Else the text as a JSON string."""
    if cell is None:
        return "null"
    try:
        json.loads(cell, parse_constant=_refuse, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return _json(cell)
    if not _is_encodable(cell):
        return _json(cell)
    # Line ends may only stand between the parts of JSON, where a space means the same.
    return cell.replace("\r", " ").replace("\n", " ")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
