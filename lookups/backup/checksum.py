"""The last line of a backup: the SHA-256 of every byte before it.

Neither engine can tell that a letter inside a stored text has changed. Both read a file with this
line as if it were not there: SQLite knows its number of pages, pg_restore the place of each table.
"""

import hashlib
import re
from pathlib import Path

from lookups.backup.errors import Unfit

_LINE = "\nphonon-portal backup sha256 {}\n"
_LENGTH = len(_LINE.format("0" * 64))
_PATTERN = re.compile(_LINE.format("([0-9a-f]{64})").encode())
_BLOCK = 1024 * 1024


def add(path: Path) -> None:
    """Puts the line at the end of the file."""
    digest = _digest(path, path.stat().st_size)
    with path.open("ab") as file:
        file.write(_LINE.format(digest).encode())


def verify(path: Path) -> bool:
    """Whether the file has the line; backups of 0.1.0 have none. Raises Unfit when it is wrong."""
    end = max(0, path.stat().st_size - _LENGTH)
    with path.open("rb") as file:
        file.seek(end)
        line = file.read()
    if said := _PATTERN.fullmatch(line):
        if said[1].decode() != _digest(path, end):
            raise Unfit("it is damaged: its checksum is that of other bytes")
        return True
    if b"sha256" in line:
        raise Unfit("it is damaged: its last line is not as it was written")
    return False


def _digest(path: Path, size: int) -> str:
    """The SHA-256 of the first `size` bytes, in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(min(_BLOCK, size - file.tell())):
            digest.update(block)
    return digest.hexdigest()
