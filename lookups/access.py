"""The only door from a person to a row.

Every function gives what the person may see and raises Http404 for everything else, so that another
team's row and a row that never was look the same. Superusers are managers of every team.
"""

import re
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from lookups.models import (
    AuditEvent,
    Call,
    CallQuerySet,
    Credential,
    CredentialQuerySet,
    Invitation,
    Lookup,
    Member,
    Team,
    User,
)

ANSWERED = "You come too late: this invitation was answered or taken back."
UUID_PATTERN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Desk:
    """A person at work in one team: who acts, for whom, and with which rights."""

    user: User
    team: Team
    is_manager: bool

    def require_manager(self) -> None:
        """Raises PermissionDenied, which becomes a page that names who can help."""
        if not self.is_manager:
            raise PermissionDenied("Only a manager of your team can do this.")


def teams(user: User) -> QuerySet[Team]:
    """The teams that the person may work in, by name."""
    if user.is_superuser:
        return Team.objects.all()
    return Team.objects.filter(pk__in=user.memberships.values("team"))


def desk(user: User, slug: str | None = None) -> Desk | None:
    """The person's desk in the team `slug`, or without a slug in their first team.

    None when they are not in that team, or in none: nobody is moved to a team unasked.
    """
    choice = teams(user)
    team = choice.filter(slug=slug).first() if slug else choice.first()
    return _desk_in(user, team) if team else None


def desk_of(user: User, slug: str) -> Desk:
    """The person's desk in just that team. Raises Http404 when it is not theirs."""
    found = next((team for team in teams(user) if team.slug == slug), None)
    if found is None:
        raise Http404
    return _desk_in(user, found)


def team_left(slug: str) -> Team | None:
    """The team that a session is in after its owner was taken out of it, for its name alone."""
    return Team.objects.filter(slug=slug).first()


def _desk_in(user: User, team: Team) -> Desk:
    is_manager = (
        user.is_superuser or user.memberships.filter(team=team, role=Member.Role.MANAGER).exists()
    )
    return Desk(user, team, is_manager)


def lookups(desk: Desk) -> QuerySet[Lookup]:
    return Lookup.objects.for_team(desk.team).select_related("asked_by", "credential", "team")


def lookup(desk: Desk, pk: int) -> Lookup:
    return get_object_or_404(lookups(desk), pk=pk)


def calls(desk: Desk) -> CallQuerySet:
    return Call.objects.for_team(desk.team)


def find_call(desk: Desk, text: str) -> Call | None:
    """The team's call with that Phonon UUID, in whatever case; None for any other text.

    Its raw JSON, which may be long, stays in the database until somebody asks for it.
    """
    if not UUID_PATTERN.fullmatch(text):
        return None
    found = calls(desk).select_related("credential", "team").defer("raw")
    return found.filter(uuid=text.lower()).first()


def call(desk: Desk, uuid: str) -> Call:
    found = find_call(desk, uuid)
    if found is None:
        raise Http404
    return found


def credentials(desk: Desk) -> CredentialQuerySet:
    return Credential.objects.for_team(desk.team)


def credential(desk: Desk, pk: int) -> Credential:
    """A credential to manage. Raises PermissionDenied for an agent, who may use but not keep it."""
    found = get_object_or_404(credentials(desk), pk=pk)
    desk.require_manager()
    return found


def members(desk: Desk) -> QuerySet[Member]:
    return Member.objects.for_team(desk.team).select_related("user")


def manager_names(desk: Desk) -> list[str]:
    """Whom an agent may ask for help, by name; three at most."""
    managers = members(desk).filter(role=Member.Role.MANAGER, user__is_active=True)
    return [one.user.display_name for one in managers.order_by("pk")[:3]]


def member(desk: Desk, pk: int) -> Member:
    found = get_object_or_404(members(desk), pk=pk)
    desk.require_manager()
    return found


def invited(desk: Desk) -> QuerySet[Invitation]:
    """Whom the team has asked to join, and who has not answered."""
    return Invitation.objects.for_team(desk.team).select_related("user")


def invitation_of_team(desk: Desk, pk: int) -> Invitation:
    found = get_object_or_404(invited(desk), pk=pk)
    desk.require_manager()
    return found


def invitations(user: User) -> QuerySet[Invitation]:
    """What the person has been asked and has not answered."""
    return Invitation.objects.filter(user=user).select_related("team", "invited_by")


def invitation(user: User, pk: int) -> Invitation:
    found = invitations(user).filter(pk=pk).first()
    if found is None:
        raise Http404(ANSWERED)
    return found


def audit_events(desk: Desk) -> QuerySet[AuditEvent]:
    desk.require_manager()
    return AuditEvent.objects.filter(team_slug=desk.team.slug)


def audit_events_of_no_team(user: User) -> QuerySet[AuditEvent]:
    """Events that stand in no team's audit, such as a superuser's sign-in, a backup, or what was
    done in a team that is deleted. Raises PermissionDenied for anyone but a superuser."""
    if not user.is_superuser:
        raise PermissionDenied("Only a superuser can read what belongs to no team.")
    return AuditEvent.objects.exclude(team_slug__in=Team.objects.values("slug"))
