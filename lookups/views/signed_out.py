"""What a person gets whose session has ended: the sign-in page, and from there the way back."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse

from lookups.views.page import PageRequest
from lookups.views.way_back import way_back


def sign_in_first(request: PageRequest) -> HttpResponse:
    """Leads to the sign-in page, and from there back to the page that the person was on."""
    return redirect_to_login(way_back(request))


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Asks everyone to sign in, except where a view says that it is open to all."""

    def handle_no_permission(self, request: Any, view_func: Callable[..., Any]) -> Any:
        return sign_in_first(request)
