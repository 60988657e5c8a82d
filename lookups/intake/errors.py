"""Why an intake was refused, in words the person can act on.

    IntakeError
    ├── TooLarge            more bytes than the limit
    ├── TooManyUUIDs        more UUIDs than one lookup takes
    ├── TooManyEntries      more lines or rows than one lookup takes
    ├── TooWide             more columns, or more text in them, than one lookup takes
    ├── EmptyFile           nothing in it
    ├── NotText             a picture, a PDF, an archive, a program
    ├── UnreadableJSON      nested too deep, or more than there is memory and time for
    ├── UnreadableWorkbook  damaged, locked by a password, or too large once unpacked
    ├── UnreadableArchive   the same of a gzip or ZIP file, or one within another
    ├── UnreadablePage      a web page that takes more memory or time than there is
    ├── UnreadableMail      the same of a mail, or one of too many parts
    └── NoSuchChoice        a sheet or column was chosen that the file does not have

A refusal never carries what the file held, only numbers and what it seems to be.
"""

from lookups.refusal import Refusal


class IntakeError(Refusal):
    """An intake that cannot be read; `sentence` says what is the matter and what to do next."""


class TooLarge(IntakeError):
    """More bytes than `Limits.max_bytes`."""


class TooManyUUIDs(IntakeError):
    """More UUIDs, duplicates counted, than `Limits.max_uuids`."""


class TooManyEntries(IntakeError):
    """More lines or rows than `Limits.max_entries`."""


class TooWide(IntakeError):
    """More columns than `Limits.max_columns`, or more beside the UUIDs than an entry may hold."""


class EmptyFile(IntakeError):
    """A file of no bytes, or a workbook without a filled cell."""


class NotText(IntakeError):
    """Content that is not a list of anything."""


class UnreadableJSON(IntakeError):
    """JSON that is nested too deep, or takes more memory or time than there is for a file."""


class UnreadableWorkbook(IntakeError):
    """A spreadsheet that is damaged, locked, or would unpack to too much."""


class UnreadableArchive(IntakeError):
    """A gzip or ZIP file that is damaged, locked, nested, or would unpack to too much."""


class UnreadablePage(IntakeError):
    """A web page that takes more memory or time than there is for a file."""


class UnreadableMail(IntakeError):
    """A mail of too many parts, or nested too deep, or without any text."""


class NoSuchChoice(IntakeError):
    """A choice that the file does not offer, made for another file or another sheet."""

    exit_code = 2


class SumsDoNotHold(AssertionError):
    """A fault of ours: the entries counted are not the sum of their kinds."""
