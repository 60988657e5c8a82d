"""What holds for every answer: the desk, the team's time zone, no caching, no lost htmx request."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from lookups.views.errors import too_large
from lookups.views.page import seat


class UploadLimitMiddleware:
    """Refuses a request that says it is too long, before a byte of it is read or kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A body without a declared length is empty to Django, so the declaration is enough.
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.REQUEST_MAX_BYTES:
            return too_large(request)
        return self.get_response(request)


class PageMiddleware:
    """Static files do not come here: WhiteNoise answers them before, and they may be cached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["HX-Request"])
        if request.htmx and response.status_code == 302:
            # Followed by the browser, a redirect's page would land in the middle of this one.
            return HttpResponseClientRedirect(response.headers["Location"])
        if request.htmx and response.status_code == 404:
            # The whole page says what is the matter, and a poll for what is gone ends.
            response.headers["HX-Refresh"] = "true"
        return response

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        seat(request)
