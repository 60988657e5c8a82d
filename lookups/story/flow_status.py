"""Flow statuses: Phonon's word for how far a whole call has come, and ours for people.

The vocabulary is Phonon's (docs/pull-api.md). A status that is not in it is shown as it came.
"""

from functools import lru_cache

from lookups.story.words import one_line

NOT_FINAL = frozenset({"UNPROCESSED", "SCHEDULED", "IN_PROGRESS", "REATTEMPT_SCHEDULED"})
IN_PROGRESS = "IN_PROGRESS"
REATTEMPT_SCHEDULED = "REATTEMPT_SCHEDULED"

LABELS = {
    "COMPLETED": "Completed",
    "PARTIAL_COMPLETE": "Partly completed",
    "FAILURE": "Failed",
    "REJECTED": "Rejected",
    "INVALID_CONTACT_NUMBER": "Invalid number",
    "INVALID_CALL_START_TIME": "Invalid start time",
    "PHONE_NOT_WHITELISTED": "Number not on the allowed list",
    "INTERNATIONAL_CALLS_DISABLED": "International calls are off",
    "NCPR_CHECK_FAILED": "Do-not-disturb number",
    "MASK_ALLOCATED": "Masked number allocated",
    "UNPROCESSED": "Not processed yet",
    "SCHEDULED": "Scheduled",
    "IN_PROGRESS": "In progress",
    "REATTEMPT_SCHEDULED": "Another attempt is scheduled",
}
_WITHOUT_ATTEMPTS = {
    "INVALID_CONTACT_NUMBER": "Not dialled: Phonon reports the number as invalid.",
    "INVALID_CALL_START_TIME": "Not dialled: the start time was invalid.",
    "PHONE_NOT_WHITELISTED": "Not dialled: the number is not on the allowed list.",
    "INTERNATIONAL_CALLS_DISABLED": "Not dialled: international calls are off.",
    "NCPR_CHECK_FAILED": "Not dialled: do-not-disturb number.",
    "UNPROCESSED": "Not processed yet; not dialled yet.",
    "SCHEDULED": "Scheduled; not dialled yet.",
    "IN_PROGRESS": "In progress; no attempt listed yet.",
    "REATTEMPT_SCHEDULED": "Another attempt is scheduled; none listed yet.",
    "MASK_ALLOCATED": "A masked number was allocated; no attempts listed.",
}
_LONGEST_STATUS = 60


def tidy_status(status: object) -> str:
    """The status in upper case with underscores, as Phonon writes it; "" when there is none."""
    return _tidy(status) if isinstance(status, str) else ""


@lru_cache(maxsize=1024)
def _tidy(status: str) -> str:
    return "_".join(status.replace("-", " ").replace("_", " ").upper().split())


def is_known(status: str) -> bool:
    """Whether the status, however it is spaced, is in Phonon's vocabulary."""
    return tidy_status(status) in LABELS


def flow_status_label(status: str) -> str:
    """ "Do-not-disturb number" for NCPR_CHECK_FAILED; an unknown status as it came, at most
    60 characters; "Not given" for none."""
    given = one_line(status) if isinstance(status, str) else ""
    return LABELS.get(tidy_status(given)) or given[:_LONGEST_STATUS] or "Not given"


def without_attempts(status: str) -> str:
    """The sentence for a call without attempts. It says "not dialled" only where the status
    itself rules dialling out."""
    sentence = _WITHOUT_ATTEMPTS.get(tidy_status(status))
    if sentence is not None:
        return sentence
    if not tidy_status(status):
        return "No attempts listed."
    return f"No attempts listed; flow status: {flow_status_label(status)}."
