"""Pasted text or a file → entries: UUIDs, duplicates, near-misses and lines without a UUID.

`open_text` or `open_file` gives a Source, `entries` streams it, `summarise` counts it. Both may be
called more than once on one source. Nothing is altered: a UUID that was not written is not read.
"""

from lookups.intake.entry import Entry, Kind, Source, Summary
from lookups.intake.errors import (
    EmptyFile,
    IntakeError,
    NotText,
    SumsDoNotHold,
    TooLarge,
    TooManyEntries,
    TooManyUUIDs,
    UnreadableWorkbook,
)
from lookups.intake.limits import FILE_LIMITS, PASTE_LIMITS, Limits
from lookups.intake.opening import open_file, open_text, too_large
from lookups.intake.reading import entries, summarise

__all__ = [
    "FILE_LIMITS",
    "PASTE_LIMITS",
    "EmptyFile",
    "Entry",
    "IntakeError",
    "Kind",
    "Limits",
    "NotText",
    "Source",
    "Summary",
    "SumsDoNotHold",
    "TooLarge",
    "TooManyEntries",
    "TooManyUUIDs",
    "UnreadableWorkbook",
    "entries",
    "open_file",
    "open_text",
    "summarise",
    "too_large",
]
