"""The tabs of a lookup page: calls, rejected lines, duplicates, requests, details."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q

from lookups import story
from lookups.hiding import Hidden
from lookups.lifecycle.progress import Progress
from lookups.models import Call, Lookup, LookupItem
from lookups.views import changes, lookup_rows
from lookups.views.page import PageRequest
from lookups.views.paging import in_order

ROWS_A_PAGE = 50
CALL_OUTCOMES = {outcome.value for outcome in story.Outcome}
ITEM_OUTCOMES = {outcome.value for outcome in LookupItem.Outcome}
# The outcomes of items without an answer, and their labels.
WITHOUT_ANSWER = {"failed": "Not fetched", "cancelled": "Not asked", "pending": "Pending"}


@dataclass(frozen=True)
class Segment:
    """One piece of the outcome bar; `share` is its part of the unique items, 0 to 1."""

    key: str
    label: str
    count: int
    share: float
    url: str


def segments(lookup: Lookup, progress: Progress) -> list[Segment]:
    """The unique items in the order of display: found calls by outcome, and the others.

    Empty ones are left out. An item that failed is "Not fetched" here, since a call that was found
    may have failed as well.
    """
    found = lookup.items.filter(kind=LookupItem.Kind.UNIQUE, outcome=LookupItem.Outcome.FOUND)
    counts = dict(found.order_by().values_list("call__outcome").annotate(Count("pk")))
    outcomes = [
        _segment(lookup, key, story.outcome_label(key), counts.get(key, 0), by="outcome")
        if key in CALL_OUTCOMES
        else _segment(lookup, key, story.outcome_label(key), progress.not_found, by="item")
        for key in story.DISPLAY_ORDER
    ]
    others = [
        _segment(lookup, key, label, getattr(progress, key), by="item")
        for key, label in WITHOUT_ANSWER.items()
    ]
    return [segment for segment in [*outcomes, *others] if segment.count]


def _segment(lookup: Lookup, key: str, label: str, count: int, *, by: str) -> Segment:
    share = count / max(lookup.unique, 1)
    return Segment(key, label, count, share, f"{lookup.get_absolute_url()}?{by}={key}")


def tab(request: PageRequest, lookup: Lookup) -> dict[str, Any]:
    """The context of the tab that the address names, or of the calls without such a tab."""
    counts = {
        "calls": lookup.unique,
        "rejected": lookup.rejected,
        "duplicates": lookup.duplicates,
        "requests": lookup.fetches.count(),
    }
    key = request.GET.get("tab", "calls")
    key = key if key in {*counts, "details"} else "calls"
    base = lookup.get_absolute_url()
    labels = {
        "calls": "Calls",
        "rejected": "Rejected lines",
        "duplicates": "Duplicates",
        "requests": "Requests",
    }
    tabs = [
        {"key": name, "label": labels[name], "count": n, "url": f"{base}?tab={name}"}
        for name, n in counts.items()
        if n or name in {"calls", "requests"}
    ]
    tabs.append({"key": "details", "label": "Details", "count": None, "url": f"{base}?tab=details"})
    changed = lookup.items.filter(_has_changed(lookup), kind=LookupItem.Kind.UNIQUE).count()
    return {"tab": key, "tabs": tabs, "changed": changed, **_rows(request, lookup, key)}


def _has_changed(lookup: Lookup) -> Q:
    """Items whose call changed since the lookup was made."""
    return Q(call__in=changes.since(lookup).order_by().values("call"))


def _rows(request: PageRequest, lookup: Lookup, key: str) -> dict[str, Any]:
    if key == "details":
        return {"rows": []}
    if key == "requests":
        return _hidden(in_order(request, lookup.fetches.all(), "pk", size=ROWS_A_PAGE))
    if key in {"rejected", "duplicates"}:
        kind = {"rejected": LookupItem.Kind.REJECTED, "duplicates": LookupItem.Kind.DUPLICATE}[key]
        items = lookup.items.filter(kind=kind)
        return _hidden(in_order(request, items, "position", size=ROWS_A_PAGE))
    which, label = _filter(request, lookup)
    items = lookup.items.filter(which, kind=LookupItem.Kind.UNIQUE)
    with_calls = items.prefetch_related(Prefetch("call", Call.objects.for_rows()))
    paged = in_order(request, with_calls, "position", size=ROWS_A_PAGE)
    return {
        **paged,
        "rows": lookup_rows.rows(lookup, paged["rows"]),
        "filter_label": label,
        "clear_url": lookup.get_absolute_url(),
    }


def _hidden(paged: dict[str, Any]) -> dict[str, Any]:
    return {**paged, "rows": [Hidden(row) for row in paged["rows"]]}


def _filter(request: PageRequest, lookup: Lookup) -> tuple[Q, str]:
    """The condition that the address sets on the items, and its label; empty without one.

    `?item=` is the outcome of the item, as in the sums, `?outcome=` that of its call, and
    `?changed=1` selects calls that changed since the lookup was made.
    """
    if request.GET.get("changed") == "1":
        return _has_changed(lookup), "Only calls that changed"
    item, outcome = request.GET.get("item", ""), request.GET.get("outcome", "")
    if item in ITEM_OUTCOMES:
        return Q(outcome=item), f"Only {story.outcome_label(item).lower()}"
    if outcome not in CALL_OUTCOMES:
        return Q(), ""
    which = Q(outcome=LookupItem.Outcome.FOUND, call__outcome=outcome)
    return which, f"Only calls: {story.outcome_label(outcome).lower()}"
