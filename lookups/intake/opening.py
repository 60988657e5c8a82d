"""The two ways in: pasted text and a file. Content decides what a file is, its name only helps."""

from __future__ import annotations

import zipfile
from pathlib import PurePath

from lookups.intake.delimited import open_delimited
from lookups.intake.encoding import decode
from lookups.intake.entry import Rows, Source
from lookups.intake.errors import EmptyFile, NotText, TooLarge, UnreadableWorkbook
from lookups.intake.json_text import open_json
from lookups.intake.limits import FILE_LIMITS, MEGABYTE, PASTE_LIMITS, Limits
from lookups.intake.looks_like import EMPTY_ZIP, OLE, ZIP, foreign, in_zip
from lookups.intake.text import read_text
from lookups.intake.workbook import open_workbook
from lookups.intake.zip_check import DAMAGED

_DELIMITED = {".csv", ".tsv", ".tab"}
_JSON = {".json", ".jsonl", ".ndjson"}
_PLAIN = {".txt", ".log", ".md", ".text"}


def open_text(text: str, limits: Limits = PASTE_LIMITS) -> Source:
    """Pasted text, read as plain lines. Raises TooLarge; empty text is a source of no entries."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", errors="replace"))
    if size > limits.max_bytes:
        raise TooLarge(
            f"The text is {_megabytes(size)}; the limit for pasting is "
            f"{_megabytes(limits.max_bytes)}. Upload it as a file, or split it."
        )
    return _plain(text, "")


def open_file(name: str, data: bytes, limits: Limits = FILE_LIMITS) -> Source:
    """A file as uploaded. Raises IntakeError with a sentence for the person.

    `.txt`, `.log` and names without a known ending are plain lines, unless the content is a
    workbook or, for the latter, JSON.
    """
    if not data:
        raise EmptyFile("This file is empty. Choose another file.")
    if len(data) > limits.max_bytes:
        raise too_large(len(data), limits)
    if data.startswith((ZIP, EMPTY_ZIP)):
        return _open_zip(data, limits)
    if data.startswith(OLE):
        return open_workbook(data, limits, is_zip=False)
    if kind := foreign(data):
        raise _no_list(kind)
    text, encoding = decode(data)
    return _by_name(PurePath(name).suffix.lower(), text, encoding)


def too_large(size: int, limits: Limits) -> TooLarge:
    """The refusal of a file of `size` bytes, for who knows the size before reading it."""
    return TooLarge(
        f"The file is {_megabytes(size)}; the limit is {_megabytes(limits.max_bytes)}. "
        "Split it into smaller files."
    )


def _open_zip(data: bytes, limits: Limits) -> Source:
    try:
        kind = in_zip(data)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        raise UnreadableWorkbook(DAMAGED) from None
    if kind not in ("xlsx", "ods"):
        raise _no_list(kind)
    return open_workbook(data, limits, is_zip=True)


def _by_name(ending: str, text: str, encoding: str) -> Source:
    source: Source | None = None
    is_json = text.lstrip("\ufeff \t\r\n")[:1] in ("[", "{")
    if ending in _JSON or (is_json and ending not in _PLAIN):
        source = open_json(text, encoding=encoding)
    if source is None and ending in _DELIMITED:
        likely = "," if ending == ".csv" else "\t"
        source = open_delimited(text, encoding=encoding, likely=likely)
    return source or _plain(text, encoding)


def _plain(text: str, encoding: str) -> Source:
    finds = Rows(lambda: read_text(text))
    return Source(format="text", encoding=encoding, columns=(), rows=finds)


def _no_list(kind: str) -> NotText:
    return NotText(
        f"This file seems to be {kind}, not a list of UUIDs. "
        "Upload CSV, XLSX, JSON or plain text, or paste the UUIDs."
    )


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:,.1f} MB".replace(".0 MB", " MB")
