"""The two ways in: pasted text and a file. Content decides what a file is, its name only helps."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
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
    UnreadableArchive,
    UnreadableWorkbook,
)
from lookups.intake.files.archive import open_gzip, open_zip
from lookups.intake.files.delimited import UNPAIRED, is_table, open_delimited, open_rows
from lookups.intake.files.encoding import Encoding, encoding_of
from lookups.intake.files.file_kind import (
    EMPTY_ZIP,
    GZIP,
    NUMBERS,
    OLE,
    OUTLOOK,
    ZIP,
    foreign,
    in_ole,
    in_zip,
    is_archive,
    is_tar,
)
from lookups.intake.files.html_page import is_html, open_html
from lookups.intake.files.html_rows import CELL_END
from lookups.intake.files.json_text import open_json
from lookups.intake.files.mail import is_mail, open_mail
from lookups.intake.files.workbook import open_workbook
from lookups.intake.files.zip_check import DAMAGED
from lookups.intake.limits import FILE_LIMITS, PASTE_LIMITS, Limits, megabytes
from lookups.intake.text import read_blocks

_DELIMITED = {".csv", ".tsv", ".tab"}
_JSON = {".json", ".jsonl", ".ndjson"}
_PAGES = {".html", ".htm", ".xhtml"}
_UTF_8 = Encoding("utf-8")
_HEAD = 64 * 1024
"""Bytes that tell what a file is."""
_NO_CHOICES = Choices()


def open_text(text: str, limits: Limits = PASTE_LIMITS, choices: Choices = _NO_CHOICES) -> Source:
    """Pasted text, read as a file of the same content would be.

    Raises IntakeError with a sentence; empty text is a source of no entries.
    """
    data = text.encode("utf-8", errors="surrogatepass")
    if len(data) > limits.max_bytes:
        raise TooLarge(
            f"The text is {megabytes(len(data))}; the limit for pasting is "
            f"{megabytes(limits.max_bytes)}. Upload it as a file, or split it."
        )
    source = _by_content("", io.BytesIO(data), data[:_HEAD], Encoding("utf-8"), limits, choices)
    return replace(source, encoding="")


def open_file(
    name: str,
    data: bytes | IO[bytes],
    limits: Limits = FILE_LIMITS,
    choices: Choices = _NO_CHOICES,
) -> Source:
    """A file as uploaded: bytes, or a stream that is read from its start at every pass.

    Its content decides: a workbook, an archive, JSON, a table, or plain lines. Of text that may be
    either, `.csv`, `.tsv` and `.tab` make a table, as does a column that is chosen. Raises
    IntakeError with a sentence.
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
        if kind := in_ole(stream):
            raise _no_list(kind)
        return open_workbook(stream, limits, choices, is_zip=False)
    if kind := foreign(head):
        raise _no_list(kind)
    if is_tar(head):
        raise UnreadableArchive(
            "This is a tar archive (.tar, .tar.gz). Unpack it, and upload the file with the UUIDs."
        )
    # A mail says itself how each of its parts is encoded.
    if is_mail(head.decode("latin-1")):
        return open_mail(stream, limits, choices, open_content)
    encoding = encoding_of(stream, choices.encoding)
    return _by_content(name, stream, head, encoding, limits, choices)


def _kind_of_zip(stream: IO[bytes]) -> str:
    stream.seek(0)
    try:
        return in_zip(stream)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        raise UnreadableWorkbook(DAMAGED) from None


def _by_content(
    name: str, stream: IO[bytes], head: bytes, encoding: Encoding, limits: Limits, choices: Choices
) -> Source:
    ending = PurePath(name).suffix.lower()
    text = head.decode(encoding.name, errors="ignore").lstrip("\ufeff")
    source: Source | None = None
    if is_mail(text):
        return open_mail(stream, limits, choices, open_content)
    if ending in _PAGES or is_html(text):
        source = open_html(
            stream,
            limits,
            choices,
            encoding,
            open_table=partial(open_rows, delimiter=CELL_END, column=choices.column),
            open_lines=partial(_plain_lines, column=choices.column),
        )
    elif ending in _JSON or text.lstrip().startswith(("[", "{")):
        source = open_json(stream, limits, encoding=encoding, column=choices.column)
    remarks: tuple[str, ...] = ()
    if source is None:
        whole = text if len(head) < _HEAD else text.rpartition("\n")[0]
        if _is_chosen(choices.column) or ending in _DELIMITED or is_table(whole):
            likely = "\t" if ending in (".tsv", ".tab") else ","
            source = open_delimited(stream, encoding=encoding, likely=likely, column=choices.column)
            remarks = () if source else (UNPAIRED,)
    return source or replace(_plain_lines(stream, encoding, choices.column), remarks=remarks)


def _plain_lines(stream: IO[bytes], encoding: Encoding = _UTF_8, column: str = "") -> Source:
    if _is_chosen(column):
        raise NoSuchChoice("This file is no table, so it has no column to choose. Leave it out.")
    return _plain(stream, encoding)


def _is_chosen(column: str) -> bool:
    return column not in ("", EVERY_COLUMN)


def _plain(stream: IO[bytes], encoding: Encoding) -> Source:
    read = partial(blocks, stream, encoding.name)
    return Source(
        format="text",
        encoding=encoding.name,
        columns=(),
        rows=Rows(lambda: read_blocks(read())),
        encoding_is_guess=encoding.is_guess,
        encodings=encoding.offered,
        blocks=read,
    )


_ADVICE = {
    NUMBERS: "Export it as Excel or CSV (File, Export To), and upload that.",
    OUTLOOK: "Save it as .eml, or copy its text into the paste box or a text file to upload.",
}


def _no_list(kind: str) -> NotText:
    advice = "Upload CSV, XLSX, JSON or plain text, or paste the UUIDs."
    return NotText(
        f"This file seems to be {kind}, not a list of UUIDs. {_ADVICE.get(kind, advice)}"
    )
