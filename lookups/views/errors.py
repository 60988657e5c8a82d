"""Errors as pages with a sentence; never a traceback."""

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    sentence = "The browser sent something that the portal cannot read. Go back and try again."
    return render(request, "400.html", {"sentence": sentence}, status=400)


def too_large(request: HttpRequest) -> HttpResponse:
    text, file = settings.INTAKE_PASTE_BYTES // 1_000_000, settings.INTAKE_FILE_BYTES // 1_000_000
    sentence = (
        f"That is more than the portal takes at once: {text:,} MB of pasted text, or a file of "
        f"{file:,} MB. Go back, and upload it as a file or in parts."
    )
    return render(request, "400.html", {"sentence": sentence}, status=413)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    sentence = str(exception) or "Your account may not do this."
    return render(request, "403.html", {"sentence": sentence}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    sentence = "There is nothing at this address, or it belongs to another team."
    if isinstance(exception, Http404) and (said := str(exception)).startswith("You "):
        sentence = said
    return render(request, "404.html", {"sentence": sentence}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of a fault of ours; of a database that is locked or away, 503 and try again."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        response = render(request, "503.html", {"sentence": BUSY}, status=503)
        response.headers["Retry-After"] = "5"
        return response
    return render(request, "500.html", status=500)


BUSY = "The database is busy or away. Nothing was changed. Try again in a few seconds."
