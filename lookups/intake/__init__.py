"""Pasted text or a file → entries: UUIDs, duplicates, near-misses and lines without a UUID.

`open_text` or `open_file` gives a Source, `entries` streams it, `summarise` counts it. Both may be
called more than once on one source. Nothing is altered: a UUID that was not written is not read.
"""

from lookups.intake.counting.summary import summarise
from lookups.intake.entries import entries
from lookups.intake.entry import (
    EVERY_COLUMN,
    INCLUDE,
    LEAVE_OUT,
    Choices,
    Entry,
    Kind,
    Source,
    Summary,
    Table,
    UUIDs,
)
from lookups.intake.errors import (
    EmptyFile,
    IntakeError,
    NoSuchChoice,
    NotText,
    SumsDoNotHold,
    TooLarge,
    TooManyEntries,
    TooManyUUIDs,
    TooWide,
    UnreadableArchive,
    UnreadableJSON,
    UnreadableMail,
    UnreadablePage,
    UnreadableWorkbook,
)
from lookups.intake.limits import FILE_LIMITS, PASTE_LIMITS, Limits
from lookups.intake.opening import open_file, open_text, too_large
from lookups.intake.taken import taken, taken_facts

__all__ = [
    "EVERY_COLUMN",
    "FILE_LIMITS",
    "INCLUDE",
    "LEAVE_OUT",
    "PASTE_LIMITS",
    "Choices",
    "EmptyFile",
    "Entry",
    "IntakeError",
    "Kind",
    "Limits",
    "NoSuchChoice",
    "NotText",
    "Source",
    "Summary",
    "SumsDoNotHold",
    "Table",
    "TooLarge",
    "TooManyEntries",
    "TooManyUUIDs",
    "TooWide",
    "UUIDs",
    "UnreadableArchive",
    "UnreadableJSON",
    "UnreadableMail",
    "UnreadablePage",
    "UnreadableWorkbook",
    "entries",
    "open_file",
    "open_text",
    "summarise",
    "taken",
    "taken_facts",
    "too_large",
]
