"""What a person gets whose session has ended: the sign-in page, and from there the way back."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse

from lookups.people import sessions
from lookups.views.page import PageRequest
from lookups.views.way_back import way_back


def sign_in_first(request: PageRequest) -> HttpResponse:
    """Leads to the sign-in page, and from there back to the page that the person was on.

    A part of a page is answered with a 401 instead, which says why: the page stays with what was
    typed there, and `portal.js` links to the sign-in.
    """
    to_sign_in = redirect_to_login(way_back(request))
    if not request.htmx:
        return to_sign_in
    why = sessions.why_ended(request) or "You were signed out."
    headers = {"Location": to_sign_in.url}
    return HttpResponse(why, status=401, content_type="text/plain; charset=utf-8", headers=headers)


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Asks everyone to sign in, except where a view says that it is open to all."""

    def handle_no_permission(self, request: Any, view_func: Callable[..., Any]) -> Any:
        return sign_in_first(request)
