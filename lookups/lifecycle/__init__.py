"""What people do with a lookup, and what becomes of it until it has ended."""

from lookups.lifecycle.lookup import (
    FILE_TAKEN,
    Asked,
    ColumnNotChosen,
    Refused,
    Retired,
    cancel,
    last_used_credential,
    lock_for_run,
    plan_again,
    refresh,
    refresh_call,
    retry,
    submit,
    submitted,
    to_ask,
)

__all__ = [
    "FILE_TAKEN",
    "Asked",
    "ColumnNotChosen",
    "Refused",
    "Retired",
    "cancel",
    "last_used_credential",
    "lock_for_run",
    "plan_again",
    "refresh",
    "refresh_call",
    "retry",
    "submit",
    "submitted",
    "to_ask",
]
