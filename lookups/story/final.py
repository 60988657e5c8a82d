"""Whether a call can still change. A final call is not pulled again unless somebody asks."""

from datetime import datetime, timedelta

from lookups.story.flow_status import NOT_FINAL, is_known, tidy_status

SETTLED_AFTER = timedelta(hours=24)
FINAL_RULE = (
    "A call is final when its flow status says that it is over; "
    "without a status that we know, when its last attempt ended at least 24 hours before the pull."
)


def is_final(flow_status: str, last_ended_at: datetime | None, fetched_at: datetime) -> bool:
    """Whether what was fetched at `fetched_at` is the whole story.

    Unprocessed, scheduled, in progress and reattempt scheduled: never. Any other status of
    Phonon's vocabulary: yes. An unknown or missing status: yes once the last attempt ended at
    least 24 hours before the fetch, and no without an end. Both times are aware.
    """
    if tidy_status(flow_status) in NOT_FINAL:
        return False
    if is_known(flow_status):
        return True
    return last_ended_at is not None and fetched_at - last_ended_at >= SETTLED_AFTER
