"""Of two ways, the one of the database that the portal is on."""

from pathlib import Path
from typing import TypeVar

from django.db import connection

Way = TypeVar("Way")


def choose(*, sqlite: Way, postgresql: Way) -> Way:
    """What other modules do in two ways, for want of one that both databases take."""
    return sqlite if connection.vendor == "sqlite" else postgresql


def database_file() -> Path | None:
    """The file that holds the database, there or not; None where a server keeps it."""
    return Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None
