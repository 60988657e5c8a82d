"""The rows of the calls tab: each item, its call if one was found, and what to say of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count

from lookups import story
from lookups.hiding import Hidden
from lookups.limits import ROW_ATTEMPTS
from lookups.models import Attempt, Call, Lookup, LookupItem
from lookups.views import changes

SAID_WITHOUT_CALL = {
    "pending": "Waiting for Phonon.",
    "not_found": "Phonon has no data for it: perhaps not yet, or it belongs to another flow.",
    "cancelled": "Cancelled before it was fetched.",
}


def rows(lookup: Lookup, items: Sequence[LookupItem]) -> list[dict[str, Any]]:
    """The context of one row an item. The items' calls must come from `Call.objects.for_rows`."""
    calls = [item.call for item in items if item.call]
    counts = _counts(calls)
    attempts = _attempts([call for call in calls if counts.get(call.pk, 0) <= ROW_ATTEMPTS])
    news = changes.news_of_each(lookup, {call: attempts[call.pk] for call in calls})
    return [
        {
            "item": Hidden(item),
            "call": Hidden(item.call) if item.call else None,
            "said": _said(item, attempts, counts),
            **_changed(news.get(item.call.pk) if item.call else None),
            "marks": story.marks_of_outcomes(item.call.row_outcomes, count=counts.get(item.call.pk))
            if item.call
            else [],
            "outcome_key": item.call.outcome if item.call else item.outcome,
        }
        for item in items
    ]


def _counts(calls: Iterable[Call]) -> dict[int, int]:
    """The number of attempts by call, of calls that have any."""
    stored = Attempt.objects.filter(call__in=[call.pk for call in calls]).order_by()
    return dict(stored.values_list("call").annotate(Count("pk")))


def _attempts(calls: Iterable[Call]) -> dict[int, list[Attempt]]:
    by_call: dict[int, list[Attempt]] = defaultdict(list)
    stored = Attempt.objects.filter(call__in=[call.pk for call in calls])
    for one in stored.defer("raw", "unknown").order_by("number"):
        by_call[one.call_id].append(one)
    return by_call


def _said(item: LookupItem, attempts: dict[int, list[Attempt]], counts: dict[int, int]) -> str:
    if item.call is None:
        return Hidden(item).reason or SAID_WITHOUT_CALL.get(item.outcome, "")
    call = Hidden(item.call)
    if counts.get(call.pk, 0) > ROW_ATTEMPTS:
        return story.short_verdict_of_many(counts[call.pk])
    theirs = [Hidden(one) for one in attempts[call.pk]]
    return story.short_verdict(theirs, flow_status=call.flow_status, last_only=not call.is_whole)


def _changed(news: tuple[list[changes.Line], int] | None) -> dict[str, Any]:
    lines, unread = news or ([], 0)
    told, more = changes.in_short(lines)
    return {"has_changed": bool(lines), "news": told, "more_news": more + unread}
