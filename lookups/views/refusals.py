"""The one place that turns a refusal into a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from lookups.refusal import Refusal
from lookups.views.page import PageRequest, View


def told_on(page: str, *names: str, level: int = messages.ERROR) -> Callable[[View], View]:
    """Tells a refusal of the view on the page of that name, where the person has clicked.

    `names` are those arguments of the view that the page's address has as well.
    """

    def decorated(view: View) -> View:
        @wraps(view)
        def telling(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return view(request, *args, **kwargs)
            except Refusal as refusal:
                messages.add_message(request, level, refusal.sentence)
                return redirect(reverse(page, kwargs={name: kwargs[name] for name in names}))

        return telling

    return decorated


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A page with the sentence alone, for a refusal that no view expects."""
    return render(request, "refused.html", {"sentence": refusal.sentence}, status=422)
