"""What every page has: the desk of the person who asks, and the frame around the content."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from lookups import access
from lookups.models import User
from lookups.people import sessions

# The cookie that names the form of which a lookup was made last.
MADE = "lookup_made"
View = Callable[..., HttpResponseBase]


class PageRequest(HttpRequest):
    """A request by a person who is signed in, whom the middleware has seated."""

    user: User
    desk: access.Desk | None
    htmx: HtmxDetails


def at_desk(view: View) -> View:
    """Gives the view the person's desk. A person in no team gets a page that says so."""

    @wraps(view)
    def with_desk(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.desk is None:
            return _without_a_desk(request)
        if request.method == "POST" and is_of_another_desk(request, request.desk):
            raise PermissionDenied(OTHER_DESK.format(request.desk.team))
        return view(request, request.desk, *args, **kwargs)

    return with_desk


def _without_a_desk(request: PageRequest) -> HttpResponse:
    """The page that says why the person has no desk, and which teams they may choose."""
    slug = request.session.get("team")
    context = {
        "left": access.team_left(slug) if slug else None,
        "choice": access.teams(request.user),
    }
    return render(request, "lookups/no_team.html", context, status=403)


OTHER_DESK = (
    "In another tab you switched to the team {}, and this form belongs to the team before. "
    "Nothing was saved. Switch back, then send it again."
)


def is_of_another_desk(request: PageRequest, desk: access.Desk) -> bool:
    """Whether the form was made for another team: another tab may have switched since."""
    meant = request.POST.get("desk")
    return meant is not None and meant != desk.team.slug


def for_managers(view: View) -> View:
    """Like at_desk, for managers alone. Raises PermissionDenied for others."""

    @at_desk
    @wraps(view)
    def with_manager(
        request: PageRequest, desk: access.Desk, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        desk.require_manager()
        return view(request, desk, *args, **kwargs)

    return with_manager


def seat(request: PageRequest) -> access.Desk | None:
    """The person's desk, which it puts on the request, with times in the zone of their team.

    The first page after the sign-in writes the team into the session, and there it stays until its
    owner switches, whatever teams the person joins or leaves meanwhile.
    """
    if not hasattr(request, "desk"):
        user = _signed_in(request)
        request.desk = access.desk(user, request.session.get("team")) if user else None
        if request.desk and "team" not in request.session:
            request.session["team"] = request.desk.team.slug
        zone = request.desk.team.zoneinfo if request.desk else timezone.get_default_timezone()
        timezone.activate(zone)
    return request.desk


def _signed_in(request: PageRequest) -> User | None:
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


def frame(request: PageRequest) -> dict[str, Any]:
    """The context of the header."""
    # An address without a view is answered before the middleware seats the person.
    desk = seat(request)
    user = _signed_in(request)
    match = request.resolver_match
    return {
        "desk": desk,
        "my_teams": access.teams(desk.user) if desk else [],
        "invitations": access.invitations(user) if user else [],
        "section": SECTIONS.get(match.url_name or "", "") if match else "",
        "demo": settings.DEMO,
        # "" where somebody signed out here, None where a session has ended by itself.
        "person": _person(request, user),
        "form_owner": sessions.form_owner(user) if user else "",
        "made": request.COOKIES.get(MADE, ""),
    }


def _person(request: PageRequest, user: User | None) -> str | None:
    if user:
        return sessions.pseudonym(request, user)
    return None if sessions.why_ended(request) else ""


SECTIONS = {
    "new-lookup": "new",
    "lookups": "lookups",
    "lookup": "lookups",
    "calls": "calls",
    "call": "calls",
    "call-numbers": "calls",
    "credentials": "credentials",
    "credential": "credentials",
    "credential-new": "credentials",
    "team": "team",
    "member-add": "team",
    "member-link": "team",
    "audit": "audit",
    "audit-portal": "audit",
}


def page_or_part(
    request: PageRequest, template: str, part: str, context: dict[str, Any]
) -> HttpResponse:
    """The whole page; for an htmx request the part of that name in the same template.

    A browser that goes back asks for the page again, and gets the whole of it. The template is told
    which it is by `is_part`.
    """
    partial = request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request
    context = context | {"is_part": bool(partial)}
    return render(request, f"{template}#{part}" if partial else template, context)


def with_query(request: PageRequest, **changes: object) -> str:
    """This page's address with some parameters changed; None takes one out."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"{request.path}?{query.urlencode()}" if query else request.path
