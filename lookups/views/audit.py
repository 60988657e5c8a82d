"""The audit of a team, for its managers; and what belongs to no team, for superusers."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lookups import access, audit
from lookups.models import AuditEvent
from lookups.views.page import PageRequest, for_managers
from lookups.views.paging import newest

EVENTS_A_PAGE = 50


@require_safe
@for_managers
def audit_list(request: PageRequest, desk: access.Desk) -> HttpResponse:
    return _page(request, access.audit_events(desk), of=desk.team.name)


@require_safe
def audit_of_no_team(request: PageRequest) -> HttpResponse:
    return _page(request, access.audit_events_of_no_team(request.user), of="")


def _page(request: PageRequest, events: QuerySet[AuditEvent], *, of: str) -> HttpResponse:
    """The page of these events, newest first. `of` is the name of their team, "" without one."""
    shown, older = newest(request, events, size=EVENTS_A_PAGE)
    context = {
        "of": of,
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
