"""Replies → Call and Attempt rows, in bulk and idempotent.

Recording a reply twice changes nothing; recording two replies in any order leaves what the newer
one says. An attempt that a newer reply no longer holds is kept. Nothing is written for a UUID that
was not asked for: such a UUID never gets past `pull`.
"""

from lookups.recording.record import CallStoredMeanwhile, Prepared, prepare, record

__all__ = ["CallStoredMeanwhile", "Prepared", "prepare", "record"]
