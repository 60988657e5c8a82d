"""Exports: one serializer behind page, download and command line.

`lookup_rows` and `call_rows` give the same columns, one row per attempt and one for what has none;
`write` turns rows into bytes of one of FORMATS. Memory stays bounded whatever the size.
"""

from lookups.exports.formats import FORMATS, ExportError, Format, filename
from lookups.exports.rejected import REJECTED_COLUMNS, rejected_rows
from lookups.exports.rows import COLUMNS, Row, Table, call_rows, lookup_rows
from lookups.exports.writing import write

__all__ = [
    "COLUMNS",
    "FORMATS",
    "REJECTED_COLUMNS",
    "ExportError",
    "Format",
    "Row",
    "Table",
    "call_rows",
    "filename",
    "lookup_rows",
    "rejected_rows",
    "write",
]
