"""Workbooks and archives, made for a test, and what is read of a file."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import xlsxwriter

from lookups.intake import Entry, IntakeError, entries, open_file, summarise

U = "550e8400-e29b-41d4-a716-446655440000"
V = "0b7e6d1c-93a5-4f21-8c3e-5d2f9a41b6e7"
W = "c1d2e3f4-0000-4000-8000-00000000000a"


def read(name: str, data: bytes | str) -> list[Entry]:
    return list(entries(open_file(name, data.encode() if isinstance(data, str) else data)))


def count_or_sentence(name: str, data: bytes) -> int | str:
    """How many UUIDs the file holds, or why it was refused."""
    try:
        return summarise(open_file(name, data)).unique
    except IntakeError as refused:
        return refused.sentence


def workbook(*sheets: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        for rows in sheets:
            sheet = book.add_worksheet()
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(r, c, cell, date)
                    elif cell is not None:
                        sheet.write(r, c, cell)
    return out.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return out.getvalue()


def ods_row(rows: int, columns: int, *texts: str) -> str:
    cells = "".join(
        f'<table:table-cell table:number-columns-repeated="{columns}" '
        f'office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    )
    return f'<table:table-row table:number-rows-repeated="{rows}">{cells}</table:table-row>'


def ods(table: str) -> bytes:
    namespace = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{namespace}:office:1.0" '
        f'xmlns:table="{namespace}:table:1.0" xmlns:text="{namespace}:text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="S">{table}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = f'<manifest:manifest xmlns:manifest="{namespace}:manifest:1.0"/>'
    return archive(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )
