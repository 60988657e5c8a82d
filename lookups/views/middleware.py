"""What holds for every answer: the desk, the team's time zone, no caching, no lost htmx request."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from lookups import access

log = logging.getLogger(__name__)
# Static files are immutable and come from WhiteNoise before this middleware.


class PageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["HX-Request"])
        if request.htmx and response.status_code == 302:
            # Followed by the browser, a redirect's page would land in the middle of this one.
            return HttpResponseClientRedirect(response.headers["Location"])
        return response

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        request.desk = None
        if request.user.is_authenticated:
            request.desk = access.desk(request.user, request.session.get("team"))
        zone = request.desk.team.zoneinfo if request.desk else timezone.get_default_timezone()
        timezone.activate(zone)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError):
            return None
        log.warning("The database did not answer: %s", error)
        response = render(request, "503.html", {"sentence": BUSY}, status=503)
        response.headers["Retry-After"] = "5"
        return response


BUSY = "The database is busy or away. Nothing was changed. Try again in a few seconds."
