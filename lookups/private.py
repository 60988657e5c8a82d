"""Files that their owner alone may read: the database, its log, keys, and all under `var/`.

What the portal makes is private from the start, by the umask of the settings. This is for files
that were there before, or came from elsewhere.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from lookups.database.choice import database_file

FILE, FOLDER = 0o600, 0o700


def too_open() -> Iterator[tuple[Path, int]]:
    """Files and folders that others may open, with the mode that each is to have."""
    for path in dict.fromkeys(_ours()):
        # Who is not told of a file cannot read it.
        with suppress(OSError):
            found = path.stat()
            mode = FOLDER if stat.S_ISDIR(found.st_mode) else FILE
            if found.st_mode & 0o077 & ~_shared(found):
                yield path, mode | found.st_mode & _shared(found)


def close() -> None:
    """Takes from others what they may open of ours, as far as we own it."""
    for path, mode in list(too_open()):
        with suppress(OSError):
            path.chmod(mode)


def _shared(found: os.stat_result) -> int:
    """What a group may do whom a person gave the file, such as that of the web server."""
    return 0 if found.st_gid == os.getegid() else 0o070


def _ours() -> Iterator[Path]:
    yield settings.BASE_DIR / ".env"
    if database := database_file():
        # Its folder may be one that others use as well.
        database = database.resolve()
        for end in ("", "-wal", "-shm", "-journal"):
            yield database.with_name(database.name + end)
    for name, folders, files in os.walk(settings.VAR_DIR):
        folder = Path(name)
        if folder == Path(settings.STATIC_ROOT):
            # What browsers are given is no secret.
            folders.clear()
            continue
        yield folder
        # A link leads to what is not ours.
        yield from (path for path in map(folder.joinpath, files) if not path.is_symlink())
