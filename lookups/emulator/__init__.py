"""A pretend Pull API for the demo, the tests and the curious. Nothing it says is about anybody.

It keeps to docs/pull-api.md: what Phonon documents it does, what Phonon leaves open it can do both
ways (`?shape=flat|nested`, `?style=hyphen|camel`; version 1 is flat and hyphenated, version 2
nested and in camel case unless told). A UUID and a seed give the same call for ever, but for the
one kind that moves. About one UUID in twenty is unknown, three in a hundred are still in progress.

Some UUIDs are reserved, whatever follows their first two groups:

| UUID | what it does |
|---|---|
| `00000000-0000-…` | is never found |
| `11111111-0000-…` | is still in progress |
| `22222222-0000-…` | holds script, formulas and right-to-left text in every free field |
| `33333333-0000-…` | was refused before dialling: a call without attempts |
| `40000000-0000-…` | makes the whole request fail with code 400, Invalid Format |
| `50000000-0000-…` | makes the whole request fail with HTTP 500 |
| `66666666-0000-…` | moves on each time it is asked for, and is over from the third time on |
| `88121000-0000-…` | three attempts on 12 Nov 2026, 10:00 to 10:47; the third talks for 42 s |

Faults that can be forced through the address stand in `faults`. Standard library only.
"""

from lookups.emulator.emulator import Emulator
from lookups.emulator.reserved import (
    DEMO_FLOW_ID,
    DEMO_SECURITY_ID,
    HOSTILE,
    IN_PROGRESS,
    MALFORMED,
    MOVING,
    NO_ATTEMPTS,
    NOT_FOUND,
    POISON,
    STORY,
    reserved_uuid,
)
from lookups.emulator.running import run

__all__ = [
    "DEMO_FLOW_ID",
    "DEMO_SECURITY_ID",
    "HOSTILE",
    "IN_PROGRESS",
    "MALFORMED",
    "MOVING",
    "NOT_FOUND",
    "NO_ATTEMPTS",
    "POISON",
    "STORY",
    "Emulator",
    "reserved_uuid",
    "run",
]
