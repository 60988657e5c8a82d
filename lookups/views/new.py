"""The new-lookup page, and the live preview beside it."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from lookups import access, intake, lifecycle, preview
from lookups.forms import LookupForm
from lookups.lifecycle import Asked, Refused
from lookups.preview import Preview
from lookups.story import FINAL_RULE
from lookups.views.page import at_desk

TEMPLATE = "lookups/new.html"


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def new_lookup(request: HttpRequest, desk: access.Desk) -> HttpResponse:
    if request.method == "POST":
        return _submit(request, desk)
    initial = {
        "text": request.GET.get("uuid", "")[:200],
        "nonce": uuid4(),
        "credential": lifecycle.last_used_credential(desk.team, by=desk.user),
    }
    form = LookupForm(team=desk.team, initial=initial)
    return _page(request, desk, form)


def _submit(request: HttpRequest, desk: access.Desk) -> HttpResponse:
    form = LookupForm(request.POST, request.FILES, team=desk.team)
    if not form.is_valid():
        return _page(request, desk, form, problem=_first_error(form))
    try:
        source = form.source()
        asked = Asked(
            credential=form.cleaned_data["credential"],
            by=desk.user,
            fetch_attempt=form.cleaned_data["fetch_attempt"],
            title=form.cleaned_data["title"],
            refresh=form.cleaned_data["refresh"],
            source=form.source_name(),
            input_columns=list(source.columns),
            nonce=form.request_key(),
        )
        lookup = lifecycle.submit(intake.entries(source, form.limits()), asked)
    except (intake.IntakeError, Refused) as error:
        return _page(request, desk, form, problem=error.sentence)
    return redirect(lookup)


def _page(
    request: HttpRequest, desk: access.Desk, form: LookupForm, *, problem: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "preview": _preview(form) if form.is_bound or form.initial["text"] else None,
        "problem": problem,
        **_fixed(desk),
    }
    return render(request, TEMPLATE, context, status=422 if problem else 200)


@require_POST
@at_desk
def live_preview(request: HttpRequest, desk: access.Desk) -> HttpResponse:
    form = LookupForm(request.POST, request.FILES, team=desk.team)
    context = {"form": form, "preview": _preview(form), "problem": "", **_fixed(desk)}
    return render(request, f"{TEMPLATE}#preview", context)


def _preview(form: LookupForm) -> Preview | None:
    """What the form would ask for as it stands; None while it is empty."""
    if form.is_empty():
        return None
    try:
        return preview.of(
            form.source(),
            form.chosen_credential(),
            limits=form.limits(),
            fetch_attempt=form.data.get("fetch_attempt", "ALL"),
            refresh=bool(form.data.get("refresh")),
        )
    except intake.IntakeError as error:
        return Preview(problem=error.sentence)


def _fixed(desk: access.Desk) -> dict[str, Any]:
    return {
        "has_credentials": access.credentials(desk).usable().exists(),
        "final_rule": FINAL_RULE,
        "max_uuids": settings.INTAKE_MAX_UUIDS,
    }


def _first_error(form: LookupForm) -> str:
    return next(iter(form.errors.values()))[0]
