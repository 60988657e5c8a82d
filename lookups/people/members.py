"""Teams, their members, and whom they invite."""

from django.db import transaction

from lookups import audit
from lookups.database import locks
from lookups.models import Invitation, Member, Team, User
from lookups.models.taken import told
from lookups.people import password_links
from lookups.refusal import Refusal


class LastManager(Refusal):
    """The team would lose its last manager, and nobody could change its credentials."""


class AlreadyMember(Refusal):
    """The person is in the team already, and keeps their role."""


def create_team(slug: str, *, name: str, by: User | None) -> Team:
    """The new team. Raises ValidationError for a bad or taken slug."""
    team = Team(slug=slug, name=name)
    team.full_clean()
    with told(team):
        team.save()
        audit.record(audit.Event.TEAM_CREATED, by=by, team=team, about=team.slug)
    return team


def add_member(
    team: Team,
    *,
    username: str,
    role: str,
    by: User | None,
    full_name: str = "",
    password: str = "",
    sets_role: bool = True,
) -> tuple[Member | Invitation, bool]:
    """The person's place in the team, and whether the account is new.

    A new account is a member at once; without a password it waits for a link. A person who is in
    the team already gets the role, or keeps theirs and AlreadyMember is raised unless `sets_role`.
    Everybody else who has an account is invited and has to accept. Raises LastManager when the team
    would be left without one.
    """
    with transaction.atomic():
        # Two people who add the same person wait for each other, and for one who accepts.
        locks.only_one(locks.JOINING)
        user = find_user(username)
        is_new = user is None
        if user is None:
            user = _new_account(username, full_name, password)
        member = Member.objects.for_team(team).filter(user=user).first()
        if member is not None and not sets_role:
            raise AlreadyMember(
                f"{user.display_name} is in the team already. Change their role in the list above."
            )
        if member is not None:
            change_role(member, role, by=by)
            return member, is_new
        if is_new:
            return _join(team, user, role, by=by), is_new
        return _invite(team, user, role, by=by), is_new


def _new_account(username: str, full_name: str, password: str) -> User:
    # The sign-in form normalises the name as well, so that its owner can sign in.
    user = User(username=User.normalize_username(username))
    user.first_name, _, user.last_name = full_name.partition(" ")
    user.set_password(password or None)
    user.save()
    return user


def _join(team: Team, user: User, role: str, *, by: User | None) -> Member:
    member = Member.objects.create(team=team, user=user, role=role)
    audit.record(audit.Event.MEMBER_ADDED, by=by, team=team, about=user, role=role)
    return member


def _invite(team: Team, user: User, role: str, *, by: User | None) -> Invitation:
    asked = {"role": role, "invited_by": by}
    invitation, _ = Invitation.objects.update_or_create(team=team, user=user, defaults=asked)
    # A manager of another team may hold a link, which must not open this team.
    password_links.end(user)
    audit.record(audit.Event.MEMBER_INVITED, by=by, team=team, about=user, role=role)
    return invitation


def accept(invitation: Invitation) -> Member:
    """Makes the invited person a member. Raises Invitation.DoesNotExist when it was taken back."""
    with transaction.atomic():
        locks.only_one(locks.JOINING)
        held = _hold(invitation)
        member = _join(held.team, held.user, held.role, by=held.user)
        held.delete()
    return member


def decline(invitation: Invitation) -> None:
    """Raises Invitation.DoesNotExist when it was taken back."""
    with transaction.atomic():
        held = _hold(invitation)
        audit.record(audit.Event.INVITATION_DECLINED, by=held.user, team=held.team, about=held.user)
        held.delete()


def take_back(invitation: Invitation, *, by: User) -> None:
    """Raises Invitation.DoesNotExist when it was answered meanwhile."""
    with transaction.atomic():
        held = _hold(invitation)
        audit.record(audit.Event.INVITATION_TAKEN_BACK, by=by, team=held.team, about=held.user)
        held.delete()


def _hold(invitation: Invitation) -> Invitation:
    held = Invitation.objects.select_for_update(of=("self",)).select_related("team", "user")
    return held.get(pk=invitation.pk)


def change_role(member: Member, role: str, *, by: User | None) -> None:
    """Raises LastManager when the team would be left without one."""
    with transaction.atomic():
        if role != Member.Role.MANAGER:
            _keep_one_manager(member)
        member.role = role
        member.save(update_fields=["role"])
        audit.record(
            audit.Event.MEMBER_CHANGED, by=by, team=member.team, about=member.user, role=role
        )


def remove(member: Member, *, by: User) -> None:
    """Takes the person out of the team at once; the account stays. Raises LastManager."""
    with transaction.atomic():
        _keep_one_manager(member)
        audit.record(audit.Event.MEMBER_REMOVED, by=by, team=member.team, about=member.user)
        member.delete()


def find_user(username: str) -> User | None:
    """The account of that name in any spelling, or None."""
    return User.objects.named(username)


def _keep_one_manager(member: Member) -> None:
    managers = Member.objects.for_team(member.team).filter(role=Member.Role.MANAGER)
    ids = list(managers.select_for_update().values_list("pk", flat=True))
    if ids == [member.pk]:
        raise LastManager("A team needs a manager. Make someone else a manager first.")
