"""What a person needs to know by heart to play with the emulator: two ids and eight UUID prefixes.

The first two groups of a UUID decide; the rest is free, so a test has as many as it wants.
"""

from __future__ import annotations

DEMO_SECURITY_ID = "0123456789abcdef" * 4
DEMO_FLOW_ID = "DEMOFL01"

NOT_FOUND = "00000000-0000-"
IN_PROGRESS = "11111111-0000-"
HOSTILE = "22222222-0000-"
NO_ATTEMPTS = "33333333-0000-"
MALFORMED = "40000000-0000-"
POISON = "50000000-0000-"
MOVING = "66666666-0000-"
STORY = "88121000-0000-"

_TAIL = "4000-8000-"


def reserved_uuid(prefix: str, number: int = 1) -> str:
    """A whole UUID of a reserved kind; `number` (0 to 2**48 - 1) tells several of them apart."""
    return f"{prefix}{_TAIL}{number:012x}"
