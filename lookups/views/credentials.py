"""The pages of credentials: agents see how each is, managers change them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lookups import access, credentials
from lookups.models import Credential
from lookups.views.forms import CredentialForm
from lookups.views.page import PageRequest, at_desk, for_managers


@require_safe
@at_desk
def credential_list(request: PageRequest, desk: access.Desk) -> HttpResponse:
    rows = list(access.credentials(desk))
    now = timezone.now()
    context = {"credentials": rows, "resting": {one.pk for one in rows if one.is_resting(now)}}
    return render(request, "lookups/credentials.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def credential_new(request: PageRequest, desk: access.Desk) -> HttpResponse:
    return _form_page(request, desk, Credential(team=desk.team), is_new=True)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def credential_page(request: PageRequest, desk: access.Desk, pk: int) -> HttpResponse:
    return _form_page(request, desk, access.credential(desk, pk), is_new=False)


def _form_page(
    request: PageRequest, desk: access.Desk, credential: Credential, *, is_new: bool
) -> HttpResponse:
    form = CredentialForm(
        request.POST or None, instance=credential, initial={"version": credential.version}
    )
    if request.method == "POST" and form.is_valid() and (saved := form.save_by(desk.user)):
        messages.success(request, f"Saved {saved}. Test it to see what Phonon says.")
        for remark in credentials.remarks(
            security_id=form.cleaned_data["security_id"], flow_id=form.cleaned_data["flow_id"]
        ):
            messages.warning(request, remark)
        return redirect("credentials")
    stored = None if is_new else Credential.objects.get(pk=credential.pk)
    keeps_ids = stored and stored.ids_set_at and not credentials.why_closed(stored)
    context = {"form": form, "credential": stored, "has_ids": keeps_ids}
    return render(
        request, "lookups/credential_form.html", context, status=422 if form.errors else 200
    )


@require_POST
@at_desk
def credential_test(request: PageRequest, desk: access.Desk, pk: int) -> HttpResponse:
    credential = access.credential(desk, pk)
    ok, said = credentials.test(credential, by=desk.user)
    if request.htmx:
        return render(request, "lookups/credentials.html#row", {"credential": credential})
    messages.add_message(request, messages.SUCCESS if ok else messages.ERROR, said)
    return redirect("credentials")


@require_POST
@at_desk
def credential_resume(request: PageRequest, desk: access.Desk, pk: int) -> HttpResponse:
    credential = access.credential(desk, pk)
    credentials.resume(credential, by=desk.user)
    messages.success(request, f"{credential} goes on: its waiting requests are sent now.")
    return redirect("credentials")


@require_POST
@at_desk
def credential_retire(request: PageRequest, desk: access.Desk, pk: int) -> HttpResponse:
    credential = access.credential(desk, pk)
    try:
        credentials.retire(credential, by=desk.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{credential} is retired. Its calls stay.")
    return redirect("credentials")
