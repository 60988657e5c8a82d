"""Web pages, whatever they are named: a child process makes a table or lines of them."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from typing import IO, Any

from lookups.intake.child import Child
from lookups.intake.entry import Choices, Source
from lookups.intake.errors import NoSuchChoice, UnreadablePage
from lookups.intake.files.encoding import Encoding
from lookups.intake.files.html_rows import END
from lookups.intake.limits import MEGABYTE, Limits

_PIECE = 256 * 1024
_TAGS = (
    *("<!doctype html", "<html", "<head", "<body", "<table", "<meta", "<tr", "<td", "<style"),
    # A workbook in XML, as Excel wrote it in 2003 and portals still do.
    *("<workbook", "<ss:workbook"),
)

OpenRows = Callable[[IO[bytes]], Source]
"""Opens what a page became, in UTF-8: a table, or lines."""

TOO_MUCH = (
    "This web page takes more memory or time to read than there is for one file. "
    "Split it, or save the UUIDs as CSV or plain text, and upload that."
)


def is_html(start: str) -> bool:
    """Whether text that begins so is a web page, or a table of one."""
    start = start.lstrip().lower()
    if start.startswith("<!--"):
        start = start.partition("-->")[2].lstrip()
    while start.startswith("<?"):
        start = start.partition("?>")[2].lstrip()
    return start.startswith(_TAGS)


def open_html(
    stream: IO[bytes],
    limits: Limits,
    choices: Choices,
    encoding: Encoding,
    *,
    open_table: OpenRows,
    open_lines: OpenRows,
) -> Source | None:
    """The chosen table of a page, else the first with a UUID, else its text; None when a person who
    looks at the page sees no UUID.

    Raises UnreadablePage and NoSuchChoice.
    """
    out = tempfile.TemporaryFile()  # noqa: SIM115 (read on by Source)
    try:
        facts = _read_out(stream, limits, choices.sheet, encoding.name, out)
        if facts is None:
            out.close()
            return None
        source = (open_table if facts["is_table"] else open_lines)(out)
    except BaseException:
        out.close()
        raise
    source.rows.keep(out)
    tables = len(facts["tables"]) - 1
    remark = f"{tables} tables of this page hold UUIDs." if tables > 1 else ""
    return replace(
        source,
        format="html" if facts["is_table"] else "text",
        encoding=encoding.name,
        encoding_is_guess=encoding.is_guess,
        encodings=encoding.offered,
        sheets=tuple(facts["tables"]),
        sheet=facts["table"],
        remarks=(remark,) if remark else (),
    )


def _is_whole(out: IO[bytes]) -> bool:
    """Whether the child has come to its end, whose mark is taken away."""
    size = out.seek(0, io.SEEK_END)
    out.seek(max(0, size - len(END)))
    is_whole = out.read() == END
    out.truncate(max(0, size - len(END)))
    return is_whole


def _read_out(
    stream: IO[bytes], limits: Limits, choice: str, encoding: str, out: IO[bytes]
) -> dict[str, Any] | None:
    with tempfile.TemporaryFile() as given:
        stream.seek(0)
        shutil.copyfileobj(stream, given, MEGABYTE)
        given.seek(0)
        figures = map(str, (limits.json_bytes, limits.child_seconds))
        child = Child("lookups.intake.files.html_rows", choice, encoding, *figures, given=given)
    head = b""
    try:
        while piece := child.read_some(_PIECE):
            if b"\n" not in head:
                piece = head + piece
                head, end, piece = piece.partition(b"\n")
                head += end
            out.write(piece)
            if out.tell() > limits.max_inflated_bytes:
                raise UnreadablePage(TOO_MUCH)
    finally:
        child.stop()
    facts: dict[str, Any] = json.loads(head) if head.endswith(b"\n") else {"error": "large"}
    if "error" not in facts and not _is_whole(out):
        facts = {"error": "large"}
    if facts.get("error") == "nothing":
        return None
    if facts.get("error") == "none":
        raise NoSuchChoice("This page has no such table. Choose another one.")
    if "error" in facts:
        raise UnreadablePage(TOO_MUCH)
    return facts
