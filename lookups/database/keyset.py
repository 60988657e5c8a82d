"""Pages by keyset: page 20,000 costs what page 1 costs, and no row is shown twice or skipped when
new rows arrive before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows in their order, and whether there are others before and after them."""

    rows: list[Row]
    has_before: bool
    has_after: bool


def page(
    rows: QuerySet[Row],
    order: Sequence[str],
    *,
    size: int,
    after: Key | None = None,
    before: Key | None = None,
) -> Page[Row]:
    """The first rows, or those that stand next to a row: after it, or before it.

    `order` names one or two columns that are unique together, both ascending or both with a minus;
    `after` and `before` are the values of a row in them, which may be gone by now.
    """
    ordered = rows.order_by(*order)
    if before is not None:
        found = list(_beyond(ordered.reverse(), order, before, is_before=True)[: size + 1])
        shown = found[:size][::-1]
        return Page(shown, has_before=len(found) > size, has_after=bool(shown))
    if after is not None:
        ordered = _beyond(ordered, order, after, is_before=False)
    found = list(ordered[: size + 1])
    has_before = after is not None and bool(found)
    return Page(found[:size], has_before=has_before, has_after=len(found) > size)


def _beyond(
    rows: QuerySet[Row], order: Sequence[str], key: Key, *, is_before: bool
) -> QuerySet[Row]:
    first, *second = (name.removeprefix("-") for name in order)
    side = "lt" if order[0].startswith("-") is not is_before else "gt"
    is_beyond = Q((f"{first}__{side}", key[0]))
    if not second:
        return rows.filter(is_beyond)
    # The plain bound first: it is what the index is entered with.
    within = rows.filter((f"{first}__{side}e", key[0]))
    return within.filter(is_beyond | Q((f"{second[0]}__{side}", key[1])))
