"""What a file seems to be, from its first bytes: a name says little.

Promises only what is sure; everything else is "text", and the decoder has the last word.
"""

from __future__ import annotations

import zipfile
from typing import IO

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
GZIP = b"\x1f\x8b"
ARCHIVE = "a ZIP archive"
NUMBERS = "a document of Apple Numbers, Pages or Keynote"
OUTLOOK = "an Outlook mail (.msg)"
_OUTLOOK_PART = "__properties_version1.0".encode("utf-16-le")
_WORD_PART = "WordDocument".encode("utf-16-le")

# Two letters are too few to tell a program from a word: those need a NUL byte near the start.
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"%PDF-", "a PDF document"),
    (GZIP, "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xfd7zXZ\0", "an XZ archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"OggS\0", "a sound recording"),
    (b"{\\rtf1", "a Rich Text document"),
)
_SIGNATURES_WITH_NUL = (
    (b"MZ", "a Windows program"),
    (b"BZh", "a bzip2 archive"),
    (b"ID3", "a sound recording"),
    (b"RIFF", "a sound or video recording"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"BM", "a BMP picture"),
)


def foreign(data: bytes) -> str:
    """What it seems to be, e.g. "a PDF document", if that is surely no list; else ""."""
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    if b"\0" in data[:1024]:
        for signature, name in _SIGNATURES_WITH_NUL:
            if data.startswith(signature):
                return name
    return ""


def in_ole(stream: IO[bytes]) -> str:
    """What an old compound file seems to be, if that is no workbook; else ""."""
    stream.seek(0)
    data = stream.read()
    if _OUTLOOK_PART in data:
        return OUTLOOK
    return "a Word document" if _WORD_PART in data else ""


def is_tar(head: bytes) -> bool:
    """Whether what begins so is what a .tar.gz file holds."""
    return head[257:262] == b"ustar" and b"\0" in head[:257]


def is_archive(stream: IO[bytes]) -> bool:
    """Whether it is gzip, or a ZIP that is no workbook or document."""
    stream.seek(0)
    head = stream.read(4)
    if head.startswith(GZIP):
        return True
    try:
        return head.startswith((ZIP, EMPTY_ZIP)) and in_zip(stream) == ARCHIVE
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        return False  # broken, which whoever opens it will say


def in_zip(stream: IO[bytes]) -> str:
    """What a ZIP holds: "xlsx", "ods", ARCHIVE, or words for anything else.

    Raises zipfile.BadZipFile.
    """
    with zipfile.ZipFile(stream) as archive:
        names = set(archive.namelist())
        if "mimetype" in names:
            with archive.open("mimetype") as part:
                kind = part.read(200)
            if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
                return "ods"
            if kind.startswith(b"application/vnd.oasis.opendocument"):
                return "an OpenDocument file that is no spreadsheet"
    if "xl/workbook.bin" in names:
        return "a binary workbook (.xlsb)"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if any(name.startswith("word/") for name in names):
        return "a Word document"
    if "Index/Document.iwa" in names or "Index.zip" in names:
        return NUMBERS
    if any(name.startswith("ppt/") for name in names):
        return "a PowerPoint presentation"
    return "xlsx" if any(name.startswith("xl/") for name in names) else ARCHIVE
