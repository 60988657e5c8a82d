"""Pages by keyset: page 20,000 costs what page 1 costs, and no row is shown twice or skipped when
new calls arrive above. Counts stop at a cap, because an exact one reads every row."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet

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
    if not cursor:
        rows, is_more = _take(queryset.order_by(*NEWEST_FIRST), size)
        return Page(rows, None, _cursor(_OLDER, rows) if is_more else None)
    direction, at, pk = _read(cursor)
    if direction == _OLDER:
        # The plain bound first: it is what the index is entered with.
        below = queryset.filter(listed_at__lte=at).filter(Q(listed_at__lt=at) | Q(id__lt=pk))
        rows, is_more = _take(below.order_by(*NEWEST_FIRST), size)
        return Page(rows, _cursor(_NEWER, rows), _cursor(_OLDER, rows) if is_more else None)
    above = queryset.filter(listed_at__gte=at).filter(Q(listed_at__gt=at) | Q(id__gt=pk))
    rows, is_more = _take(above.order_by("listed_at", "id"), size)
    rows.reverse()
    return Page(rows, _cursor(_NEWER, rows) if is_more else None, _cursor(_OLDER, rows))


def _take(queryset: QuerySet[Call], size: int) -> tuple[list[Call], bool]:
    rows = list(queryset[: size + 1])
    return rows[:size], len(rows) > size


def _cursor(direction: str, rows: list[Call]) -> str | None:
    if not rows:
        return None
    edge = rows[0] if direction == _NEWER else rows[-1]
    micros = (edge.listed_at - _EPOCH) // timedelta(microseconds=1)
    return f"{direction}{micros:x}.{edge.pk:x}"


def _read(cursor: str) -> tuple[str, datetime, int]:
    found = _CURSOR.fullmatch(cursor)
    try:
        if found is None:
            raise ValueError
        at = _EPOCH + timedelta(microseconds=int(found[2], 16))
        return found[1], at, int(found[3], 16)
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
