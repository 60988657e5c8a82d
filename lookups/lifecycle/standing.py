"""How each credential stands for a new lookup: whether it is ready, and what is chosen at first."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from lookups.models import Credential


class Standing(StrEnum):
    """A credential's state as the pages name it, the readiest first."""

    ACTIVE = "Active"
    UNTRIED = "Not tested yet"
    RESTING = "Resting"
    NEVER_WORKED = "Never worked so far"
    PAUSED = "Paused"


class Hold(StrEnum):
    """What keeps back the requests of a new lookup."""

    NONE = ""
    RESTING = "resting"
    PAUSED = "paused"


def standing_of(credential: Credential, now: datetime) -> Standing:
    """Where several hold, the one that asks the most of a person. Not for a retired one."""
    if credential.state == Credential.State.PAUSED:
        return Standing.PAUSED
    has_answered = credential.average_milliseconds is not None or credential.last_test_ok
    if not has_answered and (credential.failures_in_a_row or _failed_its_test(credential)):
        return Standing.NEVER_WORKED
    if credential.is_resting(now):
        return Standing.RESTING
    return Standing.ACTIVE if has_answered else Standing.UNTRIED


def _failed_its_test(credential: Credential) -> bool:
    """Whether its last test failed, and nobody has changed it since."""
    if credential.last_test_at is None or credential.last_test_ok:
        return False
    return credential.last_test_at >= credential.mended_at


def hold_of(credential: Credential, now: datetime) -> Hold:
    """What keeps its requests back at that moment."""
    if credential.state == Credential.State.PAUSED:
        return Hold.PAUSED
    return Hold.RESTING if credential.is_resting(now) else Hold.NONE


def first_choice(
    credentials: Iterable[Credential], now: datetime, *, last_used: int | None
) -> Credential | None:
    """The readiest one; of several alike the one last used (by key), else the first of them."""

    def place(one: Credential) -> tuple[int, bool]:
        return list(Standing).index(standing_of(one, now)), one.pk != last_used

    return min(credentials, key=place, default=None)


def in_groups(
    credentials: Sequence[Credential], now: datetime
) -> list[tuple[str, list[tuple[int, str]]]]:
    """The choices of a select, grouped by standing; one that is not ready says so in its words."""
    groups: dict[Standing, list[tuple[int, str]]] = {standing: [] for standing in Standing}
    for one in credentials:
        standing = standing_of(one, now)
        is_ready = standing in (Standing.ACTIVE, Standing.UNTRIED)
        groups[standing].append((one.pk, str(one) if is_ready else f"{one}: {standing.lower()}"))
    return [(standing.value, choices) for standing, choices in groups.items() if choices]
