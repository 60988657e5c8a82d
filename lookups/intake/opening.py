"""The two ways in: pasted text and a file. Content decides what a file is, its name only helps."""

from __future__ import annotations

import io
import zipfile
from functools import partial
from pathlib import PurePath
from typing import IO

from lookups.intake.blocks import blocks
from lookups.intake.entry import EVERY_COLUMN, Choices, Rows, Source
from lookups.intake.errors import (
    EmptyFile,
    NoSuchChoice,
    NotText,
    TooLarge,
    UnreadableWorkbook,
)
from lookups.intake.files.archive import open_gzip, open_zip
from lookups.intake.files.delimited import is_table, open_delimited
from lookups.intake.files.encoding import Encoding, encoding_of
from lookups.intake.files.file_kind import EMPTY_ZIP, GZIP, OLE, ZIP, foreign, in_zip, is_archive
from lookups.intake.files.json_text import open_json
from lookups.intake.files.workbook import open_workbook
from lookups.intake.files.zip_check import DAMAGED
from lookups.intake.limits import FILE_LIMITS, PASTE_LIMITS, Limits, megabytes
from lookups.intake.text import read_blocks

_DELIMITED = {".csv", ".tsv", ".tab"}
_JSON = {".json", ".jsonl", ".ndjson"}
_PLAIN = {".txt", ".log", ".md", ".text"}
_HEAD = 4096
"""Bytes that tell what a file is."""
_NO_CHOICES = Choices()


def open_text(text: str, limits: Limits = PASTE_LIMITS) -> Source:
    """Pasted text, read as plain lines. Raises TooLarge; empty text is a source of no entries."""
    data = text.encode("utf-8", errors="surrogatepass")
    if len(data) > limits.max_bytes:
        raise TooLarge(
            f"The text is {megabytes(len(data))}; the limit for pasting is "
            f"{megabytes(limits.max_bytes)}. Upload it as a file, or split it."
        )
    return _plain(io.BytesIO(data), Encoding("utf-8"), shown_as="")


def open_file(
    name: str,
    data: bytes | IO[bytes],
    limits: Limits = FILE_LIMITS,
    choices: Choices = _NO_CHOICES,
) -> Source:
    """A file as uploaded: bytes, or a stream that is read from its start at every pass.

    `.txt`, `.log` and names without a known ending are plain lines, unless the content is a
    workbook, an archive or, for the latter, JSON or a table whose UUID column has to be chosen. A
    column that is chosen makes a table of each. Raises IntakeError with a sentence.
    """
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    size = stream.seek(0, io.SEEK_END)
    if not size:
        raise EmptyFile("This file is empty. Choose another file.")
    if size > limits.max_bytes:
        raise too_large(size, limits)
    if is_archive(stream):
        stream.seek(0)
        if stream.read(2) == GZIP:
            return open_gzip(name, stream, limits, choices, open_content)
        return open_zip(stream, limits, choices, open_content)
    return open_content(name, stream, limits, choices)


def too_large(size: int, limits: Limits) -> TooLarge:
    """The refusal of a file of `size` bytes, for who knows the size before reading it."""
    return TooLarge(
        f"The file is {megabytes(size)}; the limit is {megabytes(limits.max_bytes)}. "
        "Split it into smaller files."
    )


def open_content(name: str, stream: IO[bytes], limits: Limits, choices: Choices) -> Source:
    """A file that is no archive, also one out of an archive. Raises IntakeError."""
    stream.seek(0)
    head = stream.read(_HEAD)
    if not head:
        raise EmptyFile("This file is empty. Choose another file.")
    if head.startswith((ZIP, EMPTY_ZIP)):
        kind = _kind_of_zip(stream)
        if kind not in ("xlsx", "ods"):
            raise _no_list(kind)
        return open_workbook(stream, limits, choices, is_zip=True)
    if head.startswith(OLE):
        return open_workbook(stream, limits, choices, is_zip=False)
    if kind := foreign(head):
        raise _no_list(kind)
    return _by_name(PurePath(name).suffix.lower(), stream, head, limits, choices)


def _kind_of_zip(stream: IO[bytes]) -> str:
    stream.seek(0)
    try:
        return in_zip(stream)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        raise UnreadableWorkbook(DAMAGED) from None


def _by_name(
    ending: str, stream: IO[bytes], head: bytes, limits: Limits, choices: Choices
) -> Source:
    encoding = encoding_of(stream, choices.encoding)
    source: Source | None = None
    start = head.decode(encoding.name, errors="ignore").lstrip("\ufeff \t\r\n")
    if ending in _JSON or (start.startswith(("[", "{")) and ending not in _PLAIN):
        source = open_json(stream, limits, encoding=encoding)
    if source is None:
        whole = start if len(head) < _HEAD else start.rpartition("\n")[0]
        if _is_chosen(choices.column) or _seems_table(ending, whole):
            likely = "\t" if ending in (".tsv", ".tab") else ","
            source = open_delimited(stream, encoding=encoding, likely=likely, column=choices.column)
    source = source or _plain(stream, encoding, shown_as=encoding.name)
    if source.table is None and _is_chosen(choices.column):
        raise NoSuchChoice("This file is no table, so it has no column to choose. Leave it out.")
    return source


def _is_chosen(column: str) -> bool:
    return column not in ("", EVERY_COLUMN)


def _seems_table(ending: str, start: str) -> bool:
    return ending in _DELIMITED or (ending not in _PLAIN | _JSON and is_table(start))


def _plain(stream: IO[bytes], encoding: Encoding, *, shown_as: str) -> Source:
    read = partial(blocks, stream, encoding.name)
    return Source(
        format="text",
        encoding=shown_as,
        columns=(),
        rows=Rows(lambda: read_blocks(read())),
        encoding_is_guess=encoding.is_guess,
        encodings=encoding.offered,
        blocks=read,
    )


def _no_list(kind: str) -> NotText:
    return NotText(
        f"This file seems to be {kind}, not a list of UUIDs. "
        "Upload CSV, XLSX, JSON or plain text, or paste the UUIDs."
    )
