"""Looks into the archive of a workbook before the reader opens it.

A workbook of a few kilobytes can unpack to gigabytes. Each part is unpacked here once, a piece at a
time and thrown away, because the sizes that an archive declares may be untrue.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import IO

from lookups.intake.errors import UnreadableWorkbook
from lookups.intake.limits import MEGABYTE, Limits

_PIECE = MEGABYTE
_MANIFEST = "META-INF/manifest.xml"
_SMALL = MEGABYTE
"""Bytes; below it the ratio tells nothing."""

DAMAGED = (
    "This workbook is damaged and cannot be read. Open it in your spreadsheet program, "
    "save it again as XLSX or CSV, and upload that."
)


def check_archive(stream: IO[bytes], limits: Limits) -> None:
    """Raises UnreadableWorkbook when the archive is damaged, locked, or unpacks to too much."""
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            if len(parts) > limits.max_parts:
                raise _too_large(f"has {len(parts):,} parts; the limit is {limits.max_parts:,}")
            if any(part.flag_bits & 1 for part in parts):
                raise locked()
            declared = sum(part.file_size for part in parts)
            _check_size(declared, limits)
            unpacked = 0
            for part in parts:
                unpacked += _check_part(archive, part, limits, unpacked)
            if _is_locked_ods(archive):
                raise locked()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError):
        raise UnreadableWorkbook(DAMAGED) from None


def _is_locked_ods(archive: zipfile.ZipFile) -> bool:
    """Whether the parts of an OpenDocument file are encrypted, which only its manifest tells."""
    if _MANIFEST not in archive.namelist():
        return False
    with archive.open(_MANIFEST) as stream:
        return b"encryption-data" in stream.read(_PIECE)


def locked() -> UnreadableWorkbook:
    """The refusal of a workbook that a password protects."""
    return UnreadableWorkbook(
        "This workbook is protected by a password. Save a copy without the password, "
        "or copy the UUIDs into the paste box."
    )


def _too_large(what: str) -> UnreadableWorkbook:
    return UnreadableWorkbook(
        f"This workbook {what}. Copy the sheet with the UUIDs into a new workbook, "
        "or save it as CSV, and upload that."
    )


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.max_inflated_bytes:
        raise _too_large(
            f"unpacks to {size // MEGABYTE:,} MB or more; "
            f"the limit is {limits.max_inflated_bytes // MEGABYTE:,} MB"
        )


def _check_part(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits, before: int
) -> int:
    """Bytes the part unpacks to."""
    size = 0
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            size += len(piece)
            _check_size(before + size, limits)
            if size > _SMALL and size > limits.max_inflation * max(part.compress_size, 1):
                raise _too_large(f"unpacks to more than {limits.max_inflation} times its size")
    return size
