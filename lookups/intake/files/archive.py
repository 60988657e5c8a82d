"""gzip and ZIP files: what they hold is unpacked a piece at a time, counted, and then opened.

Sizes that an archive declares are checked before it is unpacked, and the real ones meanwhile.
Names inside are only shown and compared: nothing is ever written under them.
"""

from __future__ import annotations

import gzip
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import IO

from lookups.intake.entry import Choices, Source
from lookups.intake.errors import EmptyFile, NoSuchChoice, UnreadableArchive
from lookups.intake.files.file_kind import is_archive
from lookups.intake.files.parts import first_with_uuid
from lookups.intake.limits import MEGABYTE, Limits, megabytes

Open = Callable[[str, IO[bytes], Limits, Choices], Source]

_PIECE = MEGABYTE
_IN_MEMORY = 8 * MEGABYTE
"""Bytes; what is larger once unpacked goes to a temporary file."""
_SMALL = MEGABYTE
"""Bytes; below it the ratio tells nothing."""

_DAMAGED = "This archive is damaged. Make it again, or upload the file that is in it."
_NESTED = "There is an archive within this archive. Unpack it, and upload the file that is in it."
_LOCKED = "This archive is protected by a password. Unpack it, and upload the file that is in it."


def open_gzip(
    name: str, stream: IO[bytes], limits: Limits, choices: Choices, open_content: Open
) -> Source:
    """The file that was packed. Raises IntakeError."""
    packed = stream.seek(0, 2)
    stream.seek(0)
    with gzip.GzipFile(fileobj=stream) as unpacking:
        inner = _unpacked(unpacking, packed, limits)
    inner_name = name.removesuffix(".gz").removesuffix(".GZ")
    return _opened(inner_name, inner, limits, choices, open_content)


def open_zip(stream: IO[bytes], limits: Limits, choices: Choices, open_content: Open) -> Source:
    """The chosen file of the archive, or the first that holds a UUID. Raises IntakeError."""
    archive = zipfile.ZipFile(stream)
    members = {member.filename: member for member in _files(archive, limits)}
    if choices.part and choices.part not in members:
        raise NoSuchChoice("The archive holds no such file. Choose another file of it.")

    def opened(name: str) -> Source:
        inner = _member(archive, members[name], limits)
        return _opened(name, inner, limits, replace(choices, part=""), open_content)

    source = first_with_uuid(list(members), opened, choices.part)
    if source is None:
        raise UnreadableArchive("This archive holds no file. Choose another one.")
    return source


def _files(archive: zipfile.ZipFile, limits: Limits) -> Iterator[zipfile.ZipInfo]:
    """What a person would call the files of the archive. Raises UnreadableArchive, EmptyFile."""
    members = archive.infolist()
    if not members:
        raise EmptyFile("This archive is empty. Choose another file.")
    if len(members) > limits.max_parts:
        raise _too_large(f"holds {len(members):,} files; the limit is {limits.max_parts:,}")
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableArchive(_LOCKED)
    _check_size(sum(member.file_size for member in members), limits)
    for member in members:
        path = PurePosixPath(member.filename)
        is_hidden = path.name.startswith(".") or "__MACOSX" in path.parts
        is_link = stat.S_ISLNK(member.external_attr >> 16)
        if not (member.is_dir() or is_hidden or is_link):
            yield member


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits) -> IO[bytes]:
    try:
        with archive.open(member) as unpacking:
            return _unpacked(unpacking, member.compress_size, limits)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        raise UnreadableArchive(_DAMAGED) from None


def _unpacked(unpacking: IO[bytes] | gzip.GzipFile, packed: int, limits: Limits) -> IO[bytes]:
    """What the archive unpacks to, in a temporary file. Raises UnreadableArchive."""
    inner = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (read on by Source)
    size = 0
    try:
        while piece := unpacking.read(_PIECE):
            size += len(piece)
            _check_size(size, limits)
            if size > _SMALL and size > limits.max_inflation * max(packed, 1):
                raise _too_large(f"unpacks to more than {limits.max_inflation} times its size")
            inner.write(piece)
    except (EOFError, zlib.error, OSError, zipfile.BadZipFile):
        inner.close()
        raise UnreadableArchive(_DAMAGED) from None
    except UnreadableArchive:
        inner.close()
        raise
    return inner


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.max_inflated_bytes:
        raise _too_large(
            f"unpacks to {megabytes(size)} or more; the limit is "
            f"{megabytes(limits.max_inflated_bytes)}"
        )


def _too_large(what: str) -> UnreadableArchive:
    return UnreadableArchive(f"This archive {what}. Upload only the file with the UUIDs.")


def _opened(
    name: str, inner: IO[bytes], limits: Limits, choices: Choices, open_content: Open
) -> Source:
    try:
        if is_archive(inner):
            raise UnreadableArchive(_NESTED)
        source = open_content(name, inner, limits, choices)
    except BaseException:
        inner.close()
        raise
    source.rows.keep(inner)
    return source
