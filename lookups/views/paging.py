"""Pages of a table by what the address says: the rows before or after one, never an offset."""

from collections.abc import Callable
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from lookups.database import keyset
from lookups.views.page import PageRequest, with_query
from lookups.whole_number import whole_number

Row = TypeVar("Row", bound=Model)


def newest(request: PageRequest, rows: QuerySet[Row], *, size: int) -> tuple[list[Row], str]:
    """One page of rows that stand newest first by key, and the address of the older ones or "".

    `?before=` is the key of the row above the page.
    """
    page = keyset.page(rows, ["-pk"], size=size, after=_key(request, "before"))
    older = with_query(request, before=page.rows[-1].pk) if page.has_after else ""
    return page.rows, older


def newest_fitting(
    request: PageRequest, rows: QuerySet[Row], fits: Callable[[Row], bool], *, size: int
) -> tuple[list[Row], str]:
    """Like `newest`, of the rows for which `fits` says so: those before them are read and left out.

    For rows of which nearly all fit.
    """
    key = _key(request, "before")
    ordered = rows.order_by("-pk") if key is None else rows.filter(pk__lt=key[0]).order_by("-pk")
    found = list(islice(filter(fits, ordered.iterator(chunk_size=4 * size)), size + 1))
    older = with_query(request, before=found[size - 1].pk) if len(found) > size else ""
    return found[:size], older


def in_order(
    request: PageRequest, rows: QuerySet[Any], column: str, *, size: int
) -> dict[str, Any]:
    """The context of one page in the order of a unique column, by `?after=` or `?before=`: its rows
    and the addresses of the pages beside it, "" for none."""
    after, before = _key(request, "after"), _key(request, "before")
    page = keyset.page(rows, [column], size=size, after=after, before=before)
    edges = [getattr(one, column) for one in (*page.rows[:1], *page.rows[-1:])]
    return {
        "rows": page.rows,
        "newer": with_query(request, before=edges[0], after=None) if page.has_before else "",
        "older": with_query(request, after=edges[-1], before=None) if page.has_after else "",
    }


def _key(request: PageRequest, name: str) -> keyset.Key | None:
    number = whole_number(request.GET.get(name))
    return None if number is None else (number,)
