"""The new-lookup page, and the live preview beside it."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from lookups import access, audit, intake, lifecycle
from lookups.lifecycle import Asked, standing, watching
from lookups.lifecycle.preview import Preview, preview_of
from lookups.models import Lookup, LookupItem
from lookups.refusal import Refusal
from lookups.story import FINAL_RULE, hides_number
from lookups.views.downloads import download_rejected
from lookups.views.forms import LookupForm
from lookups.views.page import MADE, PageRequest, at_desk, is_of_another_desk
from lookups.whole_number import whole_number

TEMPLATE = "lookups/new.html"
MENDED_AT_ONCE = 5000


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def new_lookup(request: PageRequest, desk: access.Desk) -> HttpResponse:
    if request.method == "POST":
        return _submit(request, desk)
    initial = {
        "text": request.GET.get("uuid", "")[:200] or _to_mend(request, desk),
        "nonce": uuid4(),
    }
    form = LookupForm(desk=desk, initial=initial)
    return _page(request, desk, form)


def _to_mend(request: PageRequest, desk: access.Desk) -> str:
    """The rejected entries of an earlier lookup, one a line, for the paste box.

    They are whole, to be handed in again; where they hold numbers the audit notes who saw them.
    """
    key = whole_number(request.GET.get("mend"))
    if key is None:
        return ""
    items = access.lookup(desk, key).items.filter(kind=LookupItem.Kind.REJECTED)
    texts = items.order_by("position").values_list("text", flat=True)[:MENDED_AT_ONCE]
    lines = [" ".join(text.splitlines()) for text in texts]
    if any(map(hides_number, lines)):
        about = f"rejected lines of lookup {key}"
        audit.record(audit.Event.NUMBERS_SHOWN, by=desk.user, team=desk.team, about=about)
    return "\n".join(lines)


def _submit(request: PageRequest, desk: access.Desk) -> HttpResponse:
    form = LookupForm(request.POST, request.FILES, desk=desk)
    if not form.is_valid():
        return _page(request, desk, form, problem=_first_error(form))
    asked = Asked(
        credential=form.cleaned_data["credential"],
        by=desk.user,
        fetch_attempt=form.cleaned_data["fetch_attempt"],
        title=form.cleaned_data["title"],
        refresh=form.cleaned_data["refresh"],
        nonce=form.request_key(),
    )
    # This comes first, because the first of two clicks takes the file.
    if lookup := lifecycle.submitted(asked):
        return _made(lookup, form)
    try:
        material = form.material()
        lookup = lifecycle.submit(material, asked)
        if form.cleaned_data["watch"] and watching.is_on():
            watching.start(lookup, by=desk.user)
        return _made(lookup, form)
    except Refusal as refusal:
        # The other of two clicks may have taken the file meanwhile.
        if lookup := lifecycle.submitted(asked):
            return _made(lookup, form)
        return _page(request, desk, form, problem=refusal.sentence)


def _made(lookup: Lookup, form: LookupForm) -> HttpResponse:
    """Leads to the lookup, and has the tab forget the form that it was made from (`keep.js`)."""
    response = redirect(lookup)
    response.set_cookie(
        MADE,
        str(form.cleaned_data["nonce"]),
        max_age=300,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def out_of_date(request: PageRequest, desk: access.Desk) -> HttpResponse:
    """The page with what was in the form, and with a token that is good. A file that came along
    is left unread: it counts only with such a token."""
    problem = "It was open too long, or you signed in anew elsewhere."
    if request.FILES:
        problem += " Choose your file again."
    if is_of_another_desk(request, desk):
        problem += f" It was made for another team: you work in {desk.team} now."
    form = LookupForm(request.POST, desk=desk)
    return _page(request, desk, form, problem=problem, status=403, out_of_date=True)


def _page(
    request: PageRequest,
    desk: access.Desk,
    form: LookupForm,
    *,
    problem: str = "",
    status: int = 422,
    **more: object,
) -> HttpResponse:
    shown = _preview(form) if form.is_bound or form.initial["text"] else None
    context = _context(desk, form, shown) | {"problem": problem} | more
    return render(request, TEMPLATE, context, status=status if problem else 200)


@require_POST
@at_desk
def live_preview(request: PageRequest, desk: access.Desk) -> HttpResponse:
    form = LookupForm(request.POST, request.FILES, desk=desk)
    context = _context(desk, form, _preview(form)) | {"is_live": True}
    return render(request, f"{TEMPLATE}#preview", context)


@require_POST
@at_desk
def preview_rejected(request: PageRequest, desk: access.Desk) -> HttpResponseBase:
    """A file of the entries that the lookup would reject, before it is submitted."""
    form = LookupForm(request.POST, request.FILES, desk=desk)
    try:
        material = form.material()
        source = material.source()
        intake.summarise(source, material.limits())
    except intake.IntakeError as error:
        return _page(request, desk, form, problem=error.sentence)
    entries = intake.entries(source, material.limits())
    rejected = (entry for entry in entries if entry.kind is intake.Kind.REJECTED)
    return download_rejected(rejected, source.columns, about="new lookup")


def _preview(form: LookupForm) -> Preview | None:
    """What a lookup of the form would be; None while the form is empty."""
    if form.is_empty():
        return None
    try:
        material = form.material()
    except intake.IntakeError as error:
        return Preview(problem=error.sentence)
    return preview_of(
        material,
        form.chosen_credential(),
        fetch_attempt=form.data.get("fetch_attempt", "ALL"),
        refresh=bool(form.data.get("refresh")),
    )


def _context(desk: access.Desk, form: LookupForm, shown: Preview | None) -> dict[str, Any]:
    return {
        "form": form,
        "preview": shown,
        "upload": form.kept_upload(),
        "managers": [] if form.usable else access.manager_names(desk),
        **_credential_context(form, shown),
        "final_rule": FINAL_RULE,
        "can_watch": watching.is_on(),
        "longest_watch": watching.LONGEST,
        "max_uuids": settings.INTAKE_MAX_UUIDS,
        "max_bytes": settings.INTAKE_FILE_BYTES,
    }


def _credential_context(form: LookupForm, shown: Preview | None) -> dict[str, Any]:
    """How the chosen credential stands, and what keeps the requests back, if there will be any."""
    chosen, now = form.chosen_credential(), timezone.now()
    if chosen is None:
        return {"chosen": None, "hold": standing.Hold.NONE}
    asks_nothing = shown and shown.summary and shown.summary.unique and not shown.to_fetch
    others = (one for one in form.usable if one != chosen)
    better = standing.first_choice(others, now, last_used=None)
    is_ready = better and standing.standing_of(better, now) is standing.Standing.ACTIVE
    return {
        "chosen": chosen,
        "hold": standing.Hold.NONE if asks_nothing else standing.hold_of(chosen, now),
        "has_never_worked": standing.standing_of(chosen, now) is standing.Standing.NEVER_WORKED,
        "active_one": better if is_ready else None,
    }


def _first_error(form: LookupForm) -> str:
    return str(next(iter(form.errors.values()))[0])
