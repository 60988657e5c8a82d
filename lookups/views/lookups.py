"""The list of lookups, and one lookup: its sums, its items, its requests."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from lookups import access, exports, lifecycle
from lookups.hiding import Hidden
from lookups.lifecycle import progress, watching
from lookups.lifecycle.delays import delays_of
from lookups.lifecycle.progress import progress_of, progress_of_all
from lookups.models import Credential, Lookup, Worker
from lookups.views import lookup_tabs, polling
from lookups.views.downloads import download_lookup, download_rejected_of
from lookups.views.lookup_filter import filter_of
from lookups.views.page import PageRequest, at_desk, page_or_part, with_query
from lookups.views.paging import newest, newest_fitting
from lookups.views.refusals import told_on
from lookups.views.watch_context import watch_context

LOOKUPS_A_PAGE = 25


@require_safe
@at_desk
def lookup_list(request: PageRequest, desk: access.Desk) -> HttpResponse:
    asked = filter_of(request)
    found = asked.of(access.lookups(desk), desk)
    if asked.words:
        shown, older = newest_fitting(request, found, asked.fits, size=LOOKUPS_A_PAGE)
    else:
        shown, older = newest(request, found, size=LOOKUPS_A_PAGE)
    sums = progress_of_all(shown)
    context = {
        "rows": [
            {"lookup": one, "progress": sums[one.pk], "status": progress.status(one)}
            for one in shown
        ],
        "older": older,
        "filter": asked,
        "all_url": with_query(request, mine=None, before=None),
        "mine_url": with_query(request, mine=1, before=None),
        "running": any(one.is_running for one in shown),
    }
    return page_or_part(request, "lookups/lookups.html", "rows", context)


@require_safe
@at_desk
def lookup_page(request: PageRequest, desk: access.Desk, pk: int) -> HttpResponse:
    lookup = access.lookup(desk, pk)
    now = progress_of(lookup)
    if polling.ends_meanwhile(request, lookup, now):
        lookup = access.lookup(desk, pk)
        now = progress_of(lookup)
    is_retired = lookup.credential.state == Credential.State.RETIRED
    can_ask_again = not lookup.is_running and not is_retired
    refreshable = progress.refreshable(lookup) if can_ask_again else 0
    waits = delays_of(lookup) if lookup.is_running else []
    nobody_works = lookup.is_running and not Worker.objects.alive().exists()
    context = {
        "lookup": lookup,
        "credential": lookup.credential,
        "progress": now,
        "status": progress.status(lookup),
        "polls": lookup.is_running,
        "has_just_ended": not lookup.is_running and polling.saw_it_run(request),
        "poll_seconds": polling.seconds_to_next_poll(lookup, now),
        "nobody_works": nobody_works,
        "time_left": progress.time_left_words(lookup, now, waits, nobody_works=nobody_works),
        "retryable": now.failed + now.cancelled if can_ask_again else 0,
        "refreshable": refreshable,
        "watch": watch_context(lookup, now, refreshable=refreshable),
        "waits": waits,
        "outcomes": lookup_tabs.segments(lookup, now),
        "columns": Hidden(lookup).input_columns,
        "formats": exports.FORMATS,
        **lookup_tabs.tab(request, lookup),
    }
    return page_or_part(request, "lookups/lookup.html", "live", context)


@require_safe
@at_desk
def lookup_export(request: PageRequest, desk: access.Desk, pk: int) -> HttpResponseBase:
    return download_lookup(request, desk, access.lookup(desk, pk))


@require_safe
@at_desk
def lookup_rejected(request: PageRequest, desk: access.Desk, pk: int) -> HttpResponseBase:
    return download_rejected_of(request, desk, access.lookup(desk, pk))


@require_POST
@at_desk
def lookup_cancel(request: PageRequest, desk: access.Desk, pk: int) -> HttpResponse:
    lookup = access.lookup(desk, pk)
    stopped = lifecycle.cancel(lookup, by=desk.user)
    said = f"Cancelled: {_calls(stopped)} will not be fetched. What came before stays."
    return _back(request, lookup, said if stopped else "It had ended already.")


@require_POST
@told_on("lookup", "pk", level=messages.INFO)
@at_desk
def lookup_retry(request: PageRequest, desk: access.Desk, pk: int) -> HttpResponse:
    none = "Nothing is left to retry."
    return _ask_again(request, desk, access.lookup(desk, pk), lifecycle.retry, none=none)


@require_POST
@told_on("lookup", "pk", level=messages.INFO)
@at_desk
def lookup_refresh(request: PageRequest, desk: access.Desk, pk: int) -> HttpResponse:
    none = "Every call here is final."
    return _ask_again(request, desk, access.lookup(desk, pk), lifecycle.refresh, none=none)


@require_POST
@told_on("lookup", "pk", level=messages.INFO)
@at_desk
def lookup_watch(request: PageRequest, desk: access.Desk, pk: int) -> HttpResponse:
    lookup = access.lookup(desk, pk)
    watching.start(lookup, by=desk.user)
    return redirect(lookup)


@require_POST
@at_desk
def lookup_unwatch(request: PageRequest, desk: access.Desk, pk: int) -> HttpResponse:
    lookup = access.lookup(desk, pk)
    watching.stop(lookup, by=desk.user)
    return redirect(lookup)


def _ask_again(
    request: PageRequest, desk: access.Desk, lookup: Lookup, verb: Callable[..., int], *, none: str
) -> HttpResponse:
    again = verb(lookup, by=desk.user)
    return _back(request, lookup, f"Asking again for {_calls(again)}." if again else none)


def _calls(n: int) -> str:
    return "1 call" if n == 1 else f"{n:,} calls"


def _back(request: PageRequest, lookup: Lookup, said: str) -> HttpResponse:
    messages.info(request, said)
    return redirect(lookup)
