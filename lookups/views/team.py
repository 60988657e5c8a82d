"""The page of the team: members, roles, invitations and links; and switching teams."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from lookups import access, people
from lookups.models import Invitation, Member, Team, User
from lookups.people import password_links
from lookups.views.forms import MemberForm
from lookups.views.page import PageRequest, at_desk, for_managers
from lookups.views.refusals import told_on


@require_safe
@at_desk
def team_page(request: PageRequest, desk: access.Desk) -> HttpResponse:
    return _page(request, desk, MemberForm())


def _page(
    request: PageRequest, desk: access.Desk, form: MemberForm, *, status: int = 200, **more: object
) -> HttpResponse:
    members, invited = list(access.members(desk)), list(access.invited(desk))
    shown = [*(member.user for member in members), *(asked.user for asked in invited)]
    context = {
        "members": members,
        "invited": invited,
        "form": form if desk.is_manager else None,
        "may_have_link": {user.pk for user in shown if desk.is_manager and _may_link(desk, user)},
    }
    return render(request, "lookups/team.html", context | more, status=status)


def _may_link(desk: access.Desk, user: User) -> bool:
    return password_links.may_be_made(user, by_manager_of=desk.team)


@require_POST
@told_on("team")
@for_managers
def member_add(request: PageRequest, desk: access.Desk) -> HttpResponse:
    form = MemberForm(request.POST)
    if not form.is_valid():
        return _page(request, desk, form, status=422)
    try:
        place, is_new = people.add_member(
            desk.team, by=desk.user, sets_role=False, **form.cleaned_data
        )
    except people.AlreadyMember as error:
        form.add_error("username", error.sentence)
        return _page(request, desk, form, status=422)
    if is_new or _may_link(desk, place.user):
        return _with_link(request, desk, place.user)
    name, role = place.user.display_name, place.get_role_display().lower()
    messages.success(
        request, f"{name} has an account and is asked on their next page whether to join as {role}."
    )
    return redirect("team")


def _with_link(request: PageRequest, desk: access.Desk, user: User) -> HttpResponse:
    """The team page with a new link, which stands on this page alone and in no session."""
    path = password_links.make_by_manager(user, by=desk.user, team=desk.team)
    link = settings.PUBLIC_URL + path if settings.PUBLIC_URL else request.build_absolute_uri(path)
    return _page(request, desk, MemberForm(), link=link, link_for=user)


@require_POST
@told_on("team")
@for_managers
def member_link(request: PageRequest, desk: access.Desk, pk: int) -> HttpResponse:
    return _with_link(request, desk, access.member(desk, pk).user)


@require_POST
@told_on("team")
@for_managers
def invitation_link(request: PageRequest, desk: access.Desk, pk: int) -> HttpResponse:
    """A link for an invited person who has no password, and without one could not accept."""
    return _with_link(request, desk, access.invitation_of_team(desk, pk).user)


@require_POST
@told_on("team")
@at_desk
def member_change(request: PageRequest, desk: access.Desk, pk: int) -> HttpResponse:
    member = access.member(desk, pk)
    role = request.POST.get("role", "")
    if role == "remove":
        people.remove(member, by=desk.user)
        if member.user == desk.user:
            # A person who leaves gets the next of their teams without being asked.
            del request.session["team"]
            messages.success(request, f"You have left the team {desk.team}.")
            return redirect("new-lookup")
        messages.success(request, f"{member.user.display_name} is no longer in the team.")
    elif role in Member.Role.values:
        people.change_role(member, role, by=desk.user)
        label = Member.Role(role).label.lower()
        messages.success(request, f"{member.user.display_name} is now {label}.")
    else:
        messages.error(request, "Choose agent or manager.")
    return redirect("team")


@require_POST
@for_managers
def invitation_take_back(request: PageRequest, desk: access.Desk, pk: int) -> HttpResponse:
    invitation = access.invitation_of_team(desk, pk)
    try:
        people.take_back(invitation, by=desk.user)
    except Invitation.DoesNotExist:
        raise Http404(access.ANSWERED) from None
    messages.success(request, f"{invitation.user.display_name} is not invited any more.")
    return redirect("team")


@require_POST
def invitation_answer(request: PageRequest, pk: int) -> HttpResponse:
    """The person's yes or no to an invitation. They stay at the desk where they are."""
    invitation = access.invitation(request.user, pk)
    team = invitation.team
    answer = request.POST.get("answer")
    try:
        if answer == "yes":
            people.accept(invitation)
            if request.desk is None:
                request.session["team"] = team.slug
            messages.success(request, _joined(request, team))
        elif answer == "no":
            people.decline(invitation)
            messages.success(request, f"You have declined to join {team}.")
        else:
            messages.error(request, "Choose Accept or Decline.")
    except Invitation.DoesNotExist:
        raise Http404(access.ANSWERED) from None
    return redirect("new-lookup")


def _joined(request: PageRequest, team: Team) -> str:
    if request.desk is None:
        return f"You are in the team {team} now."
    return (
        f"You are in the team {team} now. You go on working in {request.desk.team}; "
        "the menu at the top right switches."
    )


@require_POST
def team_switch(request: PageRequest) -> HttpResponse:
    desk = access.desk_of(request.user, request.POST.get("team", ""))
    request.session["team"] = desk.team.slug
    return redirect("new-lookup")
