"""Times as the database keeps them, for rows that are written without an object each."""

from lookups.database.choice import choose


def as_stored(written: bytes) -> bytes:
    """JSON with UTC times, such as "2026-11-12T05:16:02Z", as it is written into rows: with a
    blank for the T, and on SQLite without the offset."""
    return written.replace(b"T", b" ").replace(b"Z", choose(sqlite=b"", postgresql=b"Z"))
