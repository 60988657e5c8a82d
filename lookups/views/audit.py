"""The audit page of a team, for its managers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lookups import access
from lookups.audit import SAID
from lookups.views.page import for_managers, with_query

EVENTS_A_PAGE = 50


@require_safe
@for_managers
def audit_list(request: HttpRequest, desk: access.Desk) -> HttpResponse:
    before = request.GET.get("before", "")
    events = access.audit_events(desk)
    if before.isascii() and before.isdigit() and len(before) < 19:
        events = events.filter(pk__lt=int(before))
    found = list(events[: EVENTS_A_PAGE + 1])
    shown = found[:EVENTS_A_PAGE]
    context = {
        "events": [
            {
                "at": one.at,
                "by": one.by or "the portal",
                "said": SAID.get(one.event, one.event),
                "about": one.about,
                "facts": one.facts,
            }
            for one in shown
        ],
        "older": with_query(request, before=shown[-1].pk) if len(found) > len(shown) else "",
    }
    return render(request, "lookups/audit.html", context)
