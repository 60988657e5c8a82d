"""What every answer goes through: headers, limits, compression, the desk, and htmx."""

from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from lookups.people import browsers, sessions
from lookups.refusal import Refusal
from lookups.views import hardening
from lookups.views.errors import too_large
from lookups.views.page import PageRequest, seat
from lookups.views.refusals import refused
from lookups.views.way_back import SAFE, page_of


class HeadersMiddleware:
    """Puts the hardening headers on every answer. It is the outermost middleware.

    Static files alone may be kept: WhiteNoise says so in their Cache-Control.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.headers = hardening.headers()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        if "no-store" in response.headers["Cache-Control"]:
            # A page and its fragment share an address.
            patch_vary_headers(response, ["HX-Request"])
        return response


class ProxyMiddleware:
    """Sets the client's address to the last one in X-Forwarded-For, which the proxy itself saw.

    Without a proxy, or without an address there, it stays that of the connection.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.BEHIND_TLS_PROXY:
            forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
            with suppress(ValueError):
                request.META["REMOTE_ADDR"] = str(ip_address(_without_port(forwarded)))
        return self.get_response(request)


def _without_port(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


class UploadLimitMiddleware:
    """Refuses a request that declares too great a length, before its body is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # `phonon_portal.bodies` counts a body without a declared length.
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if declared.isdecimal() and int(declared) > settings.REQUEST_MAX_BYTES:
            return too_large(request)
        return self.get_response(request)


class CompressMiddleware(GZipMiddleware):
    """Compresses pages. Downloads are streamed uncompressed.

    Django pads each page by a random length: an attacker who has a page repeat a text of theirs
    cannot learn from lengths what stands beside it (BREACH).
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        return response if response.streaming else super().process_response(request, response)


class PageMiddleware:
    """Seats the person, leads a GET of a form's address to its page, and answers htmx in headers
    where it would ignore the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: PageRequest) -> HttpResponse:
        response = self.get_response(request)
        browsers.keep(request, response)
        sessions.keep(request, response)
        if request.htmx and response.status_code == 302:
            # The browser follows a redirect by itself, and htmx would put that page into this one.
            return HttpResponseClientRedirect(response.headers["Location"])
        if request.htmx and response.status_code == 404:
            # Loaded anew as a whole, the page says what is wrong, and its polls end.
            response.headers["HX-Refresh"] = "true"
        return response

    def process_view(self, request: PageRequest, *_: Any) -> HttpResponse | None:
        seat(request)
        if request.method in SAFE and request.resolver_match:
            # A reload, or an address that was copied from a page that a form had brought.
            page = page_of(request.resolver_match)
            return redirect(page) if page else None
        return None

    def process_exception(self, request: PageRequest, error: Exception) -> HttpResponse | None:
        return refused(request, error) if isinstance(error, Refusal) else None
