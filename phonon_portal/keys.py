"""New keys for `.env`, before there are settings: `python -m phonon_portal.keys [--write PATH]`.

Keys are never made anew where a database may hold secrets sealed with the old ones, so an existing
file is left as it is.
"""

import base64
import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path


def new_keys() -> str:
    """Two lines for `.env`: SECRET_KEY and CREDENTIAL_KEYS."""
    key = base64.b64encode(os.urandom(32)).decode()
    return (
        f"SECRET_KEY={secrets.token_urlsafe(48)}\n"
        f"CREDENTIAL_KEYS=k{datetime.now(UTC):%Y%m%d}:{key}\n"
    )


def write(path: Path, *, var: Path) -> str:
    """Writes `path` with new keys, readable by its owner alone; a sentence on what was done."""
    if path.exists():
        return f"{path.name} is there already and stays as it is."
    if (var / "portal.sqlite3").exists():
        sys.exit(
            f"{path.name} is missing but {var.name}/portal.sqlite3 is there: its secrets open with "
            f"the old keys alone. Put the old {path.name} back, or write a new one by hand."
        )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(new_keys())
    return f"Wrote {path.name} with new keys. Keep a copy of it apart from the database's backups."


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        target = Path(sys.argv[2])
        print(write(target, var=target.parent / "var"))
    else:
        print(new_keys(), end="")
