"""The audit page of a team, for its managers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lookups import access, audit
from lookups.views.page import for_managers, newest

EVENTS_A_PAGE = 50


@require_safe
@for_managers
def audit_list(request: HttpRequest, desk: access.Desk) -> HttpResponse:
    shown, older = newest(request, access.audit_events(desk), size=EVENTS_A_PAGE)
    context = {
        "events": [
            {
                "at": one.at,
                "by": one.by or "the portal",
                "said": audit.in_words(one.event),
                "about": one.about,
                "facts": one.facts,
            }
            for one in shown
        ],
        "older": older,
    }
    return render(request, "lookups/audit.html", context)
