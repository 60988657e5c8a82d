"""Teams and their members."""

from django.db import IntegrityError, transaction

from lookups import audit
from lookups.models import Member, Team, User
from lookups.models.taken import told


class LastManager(ValueError):
    """A team always keeps one manager, or nobody could keep its credentials."""


def create_team(slug: str, *, name: str, by: User | None) -> Team:
    """Raises ValidationError for a bad or taken slug."""
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
) -> tuple[Member, bool]:
    """The membership, and whether the account is new. A password is set on a new account only.

    A person who is in the team already gets the role. Raises LastManager when that would leave the
    team without one.
    """
    with transaction.atomic():
        if role != Member.Role.MANAGER:
            for member in Member.objects.for_team(team).filter(user__username__iexact=username):
                _keep_one_manager(member)
        user, is_new = _account(username, full_name, password)
        member, joined = Member.objects.update_or_create(
            team=team, user=user, defaults={"role": role}
        )
        event = audit.Event.MEMBER_ADDED if joined else audit.Event.MEMBER_CHANGED
        audit.record(event, by=by, team=team, about=username, role=role)
    return member, is_new


def _account(username: str, full_name: str, password: str) -> tuple[User, bool]:
    """The account of that name, and whether it is new.

    Of two who make it at once the second gets the first one's, as if it had been there.
    """
    if user := find_user(username):
        return user, False
    user = User(username=username)
    user.first_name, _, user.last_name = full_name.partition(" ")
    user.set_password(password or None)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        if made_meanwhile := find_user(username):
            return made_meanwhile, False
        raise
    return user, True


def change_role(member: Member, role: str, *, by: User) -> None:
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
    """The account stays; the next page that the person opens is no longer this team's."""
    with transaction.atomic():
        _keep_one_manager(member)
        audit.record(audit.Event.MEMBER_REMOVED, by=by, team=member.team, about=member.user)
        member.delete()


def find_user(username: str) -> User | None:
    """The account of that name however its letters are cased: no two may differ by case alone."""
    return User.objects.filter(username__iexact=username).first()


def _keep_one_manager(member: Member) -> None:
    managers = Member.objects.for_team(member.team).filter(role=Member.Role.MANAGER)
    ids = list(managers.select_for_update().values_list("pk", flat=True))
    if ids == [member.pk]:
        raise LastManager("A team needs a manager. Make someone else a manager first.")
