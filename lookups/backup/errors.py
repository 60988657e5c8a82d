"""Why a backup is not made, or not put back."""

from lookups.refusal import Refusal


class BackupError(Refusal):
    """The sentences say what went wrong; nothing was changed."""


class Unfit(Exception):
    """Why a file or a database cannot be used: half a sentence that begins with "it"."""
