"""The team: its members and their roles; and which team a person works in now."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from lookups import access, people
from lookups.forms import MemberForm
from lookups.models import Member
from lookups.views.page import at_desk, for_managers


@require_safe
@at_desk
def team_page(request: HttpRequest, desk: access.Desk) -> HttpResponse:
    return _page(request, desk, MemberForm())


def _page(
    request: HttpRequest, desk: access.Desk, form: MemberForm, *, status: int = 200
) -> HttpResponse:
    context = {"members": access.members(desk), "form": form if desk.is_manager else None}
    return render(request, "lookups/team.html", context, status=status)


@require_POST
@for_managers
def member_add(request: HttpRequest, desk: access.Desk) -> HttpResponse:
    form = MemberForm(request.POST)
    if not form.is_valid():
        return _page(request, desk, form, status=422)
    try:
        member, is_new = people.add_member(desk.team, by=desk.user, **form.cleaned_data)
    except people.LastManager as error:
        form.add_error("role", str(error))
        return _page(request, desk, form, status=422)
    added = "can sign in now" if is_new else "is in the team with the account they had"
    messages.success(request, f"{member.user.display_name} {added}.")
    return redirect("team")


@require_POST
@at_desk
def member_change(request: HttpRequest, desk: access.Desk, pk: int) -> HttpResponse:
    member = access.member(desk, pk)
    role = request.POST.get("role", "")
    try:
        if role == "remove":
            people.remove(member, by=desk.user)
            if member.user == desk.user:
                messages.success(request, f"You have left the team {desk.team}.")
                return redirect("new-lookup")
            messages.success(request, f"{member.user.display_name} is no longer in the team.")
        elif role in Member.Role.values:
            people.change_role(member, role, by=desk.user)
            label = Member.Role(role).label.lower()
            messages.success(request, f"{member.user.display_name} is now {label}.")
        else:
            messages.error(request, "Choose agent or manager.")
    except people.LastManager as error:
        messages.error(request, str(error))
    return redirect("team")


@require_POST
@at_desk
def team_switch(request: HttpRequest, desk: access.Desk) -> HttpResponse:
    request.session["team"] = access.desk_of(desk.user, request.POST.get("team", "")).team.slug
    return redirect("new-lookup")
