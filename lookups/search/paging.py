"""Pages of calls, newest first, each with a cursor that an address can hold.

Counts stop at a cap, because an exact one reads every row.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet

from lookups.database import keyset
from lookups.models import Call
from lookups.search.errors import SearchError
from lookups.search.matching import NEWEST_FIRST

PAGE_SIZE = 50
COUNT_CAP = 10_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([no])(-?[0-9a-f]{1,16})\.([0-9a-f]{1,15})")
_NEWER, _OLDER = "n", "o"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of calls, newest first. `newer` and `older` are the cursors of the pages beside
    it, None where there is none."""

    rows: list[Call]
    newer: str | None
    older: str | None


def page(queryset: QuerySet[Call], cursor: str | None = None, size: int = PAGE_SIZE) -> Page:
    """The page that the cursor points at; without one, the newest. Raises SearchError for a
    cursor that none of our pages made."""
    direction, key = _read(cursor) if cursor else (_OLDER, None)
    beside = {"before" if direction == _NEWER else "after": key}
    found = keyset.page(queryset, NEWEST_FIRST, size=size, **beside)
    return Page(
        found.rows,
        _cursor(_NEWER, found.rows[0]) if found.has_before else None,
        _cursor(_OLDER, found.rows[-1]) if found.has_after else None,
    )


def _cursor(direction: str, edge: Call) -> str:
    micros = (edge.listed_at - _EPOCH) // timedelta(microseconds=1)
    return f"{direction}{micros:x}.{edge.pk:x}"


def _read(cursor: str) -> tuple[str, keyset.Key]:
    found = _CURSOR.fullmatch(cursor)
    try:
        if found is None:
            raise ValueError
        at = _EPOCH + timedelta(microseconds=int(found[2], 16))
        return found[1], (at, int(found[3], 16))
    except (ValueError, OverflowError):
        raise SearchError(
            "The link to this page of results is not complete. Start again from the newest calls."
        ) from None


def capped_count(queryset: QuerySet[Call], cap: int = COUNT_CAP) -> tuple[int, bool]:
    """How many calls there are, and whether there are more than that."""
    count = queryset.order_by()[: cap + 1].count()
    return min(count, cap), count > cap


def count_words(queryset: QuerySet[Call], cap: int = COUNT_CAP) -> str:
    """ "more than 10,000 calls", "1 call", "no calls"."""
    count, is_more = capped_count(queryset, cap)
    noun = "call" if count == 1 and not is_more else "calls"
    return f"{'more than ' if is_more else ''}{f'{count:,}' if count else 'no'} {noun}"
