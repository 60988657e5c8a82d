"""Search over the team's calls, and the page of one call."""

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from lookups import access, audit, exports, lifecycle, number_searches, search, story
from lookups.hiding import Hidden
from lookups.models import Call
from lookups.views import call_raw
from lookups.views.call_context import call_context
from lookups.views.downloads import download_calls, download_text
from lookups.views.page import PageRequest, at_desk, page_or_part, with_query
from lookups.views.refusals import told_on


@require_safe
@at_desk
def call_list(request: PageRequest, desk: access.Desk) -> HttpResponse:
    text = request.GET.get("q", "")
    try:
        query = search.parse(text)
        number_searches.note(query, by=desk.user, team=desk.team)
        context = _found(request, desk, query)
    except search.SearchError as error:
        context = {"problem": error.sentence, "rows": []}
    context |= {
        "q": text[: search.MAX_CHARACTERS],
        "add": search.ADD,
        "formats": exports.FORMATS,
    }
    return page_or_part(request, "lookups/calls.html", "results", context)


def _found(request: PageRequest, desk: access.Desk, query: search.Query) -> dict[str, object]:
    found = search.apply(query, team=desk.team)
    page = search.page(found.for_rows(), request.GET.get("at", ""))
    return {
        "sentence": query.sentence(desk.team.zoneinfo),
        "chips": [
            (label, value, with_query(request, q=rest, at=None))
            for label, value, rest in query.chips()
        ],
        "rows": [_row(call) for call in page.rows],
        "count_words": search.count_words(found),
        "newer": with_query(request, at=page.newer) if page.newer else "",
        "older": with_query(request, at=page.older) if page.older else "",
        "is_empty_store": not page.rows and not access.calls(desk).exists(),
    }


def _row(call: Call) -> dict[str, object]:
    shown = Hidden(call)
    return {
        "call": shown,
        "marks": story.marks_of_outcomes(call.row_outcomes, count=call.outcome_count),
        "outcome_key": call.outcome,
        "cause": story.cause(shown.cause_code) if call.cause_code else None,
    }


@require_safe
@at_desk
def calls_export(request: PageRequest, desk: access.Desk) -> HttpResponseBase:
    return download_calls(request, desk)


@require_safe
@at_desk
def call_page(request: PageRequest, desk: access.Desk, uuid: str) -> HttpResponse:
    context = call_context(request, desk, access.call(desk, uuid), revealed=False)
    return page_or_part(request, "lookups/call.html", "call", context)


@require_POST
@at_desk
def call_numbers(request: PageRequest, desk: access.Desk, uuid: str) -> HttpResponse:
    """The page with telephone numbers and raw JSON in full. The audit notes it."""
    call = access.call(desk, uuid)
    audit.record(audit.Event.NUMBERS_SHOWN, by=desk.user, team=desk.team, about=call.uuid)
    context = call_context(request, desk, call, revealed=True)
    return page_or_part(request, "lookups/call.html", "call", context)


@require_safe
@at_desk
def raw_masked(request: PageRequest, desk: access.Desk, uuid: str) -> StreamingHttpResponse:
    """All raw JSON of a call as a file, with its telephone numbers masked."""
    call = access.call(desk, uuid)
    masked = call_raw.masked(call_raw.whole(call), keep=call.uuid)
    return download_text(masked, f"call-{call.uuid}-masked.txt")


@require_POST
@at_desk
def raw_whole(request: PageRequest, desk: access.Desk, uuid: str) -> StreamingHttpResponse:
    """All raw JSON of a call as a file, as Phonon wrote it. The audit notes it."""
    call = access.call(desk, uuid)
    audit.record(
        audit.Event.NUMBERS_SHOWN, by=desk.user, team=desk.team, about=call.uuid, raw="downloaded"
    )
    return download_text(call_raw.whole(call), f"call-{call.uuid}.json")


@require_POST
@told_on("call", "uuid", level=messages.WARNING)
@at_desk
def call_refresh(request: PageRequest, desk: access.Desk, uuid: str) -> HttpResponse:
    return redirect(lifecycle.refresh_call(access.call(desk, uuid), by=desk.user))


@require_safe
@at_desk
def go(request: PageRequest, desk: access.Desk, uuid: str) -> HttpResponse:
    """The link from a CRM: to the call, or to a new lookup of its UUID."""
    if call := access.find_call(desk, uuid):
        return redirect(call)
    return redirect(f"{reverse('new-lookup')}?{urlencode({'uuid': uuid})}")
