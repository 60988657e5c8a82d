"""The answer to a form whose CSRF token is not, or no longer, the browser's own."""

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from lookups.people import sessions
from lookups.views import new
from lookups.views.page import PageRequest, seat
from lookups.views.signed_out import sign_in_first
from lookups.views.way_back import DOORS, way_back

# The forms that the page of a new lookup sends as a whole.
OF_NEW_LOOKUP = {"new-lookup", "preview-rejected"}
SENTENCE = (
    "It was open too long, or you signed in anew elsewhere. Nothing was changed. "
    "Go back to the page and try again."
)


@requires_csrf_token
def no_csrf_token(request: PageRequest, reason: str = "") -> HttpResponse:
    """A page titled "This page is out of date": the form of a new lookup with all that was in it,
    for others the way back. A person who is signed out signs in first.

    Nothing that was sent is stored. Other sites cannot fill the form in: their requests come
    without the session's cookie.
    """
    match = request.resolver_match
    name = match.view_name if match else ""
    if not request.user.is_authenticated and name not in DOORS:
        return sign_in_first(request)
    if request.htmx:
        return _fresh_token(request)
    desk = seat(request)
    if desk and name in OF_NEW_LOOKUP and _is_own(request):
        return new.out_of_date(request, desk)
    back = request.get_full_path() if name in DOORS else way_back(request)
    return render(request, "out_of_date.html", {"sentence": SENTENCE, "back": back}, status=403)


def _is_own(request: PageRequest) -> bool:
    """Whether the form was filled in by the person who is signed in: a browser can send the form of
    the person before once more."""
    return request.POST.get("owner") == sessions.form_owner(request.user)


def _fresh_token(request: PageRequest) -> HttpResponse:
    """A 403 that brings a token of the session, with which `portal.js` asks once more.

    It names the person, because the page may be that of another one.
    """
    headers = {
        "X-CSRFToken": get_token(request),
        "X-Person": sessions.pseudonym(request, request.user),
    }
    return HttpResponse(SENTENCE, status=403, content_type="text/plain", headers=headers)
