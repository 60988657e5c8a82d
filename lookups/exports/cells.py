"""Values of rows → cells: text, or None where there is nothing."""

import math
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from decimal import Decimal


def text(value: object) -> str | None:
    """The value as text; None for None and for ""."""
    return None if value is None or value == "" else str(value)


def time_in(zone: tzinfo) -> Callable[[datetime | None], str | None]:
    """Makes texts of times: ISO 8601 with the zone's offset, a fraction only where there is one."""

    def time(moment: datetime | None) -> str | None:
        if moment is None:
            return None
        try:
            return moment.astimezone(zone).isoformat()
        except OverflowError:  # at the very ends of the calendar
            return moment.isoformat()

    return time


def number(value: float | None) -> str | None:
    """ "42", "0.5", "1200000": no exponent and no trailing zeros."""
    if value is None or not math.isfinite(value):
        return None
    if value == int(value):
        return str(int(value))
    return format(Decimal(repr(value)), "f")


def joined(values: Iterable[object]) -> str | None:
    """The values with a space between them; None for none."""
    return text(" ".join(str(value) for value in values))
