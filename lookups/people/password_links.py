"""One-time links with which people set a password that nobody else ever knows.

A link holds a keyed hash of what is stored as the password, of the time, and of the rights under
/admin/, so it dies with its use and with new rights. An account that waits for its owner stores a
random text that opens nothing. A new link changes that text, so the link before dies too; so does
an invitation, because a link is allowed for what the account opens when it is made.
"""

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from lookups import audit
from lookups.database import locks
from lookups.models import Team, User
from lookups.refusal import Refusal

NO_LINK = (
    "You cannot make a link for {}: a manager may while an account has no password and belongs to "
    "no other team. Ask the portal’s operator."
)


class Tokens(PasswordResetTokenGenerator):
    """Django's tokens for these links; good for 72 hours (the setting PASSWORD_RESET_TIMEOUT)."""

    key_salt = "lookups.people.password_links"

    def check_token(self, user: User | None, token: str | None) -> bool:
        return bool(user and user.is_active and super().check_token(user, token))

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        rights = f"{user.is_staff}{user.is_superuser}"
        return super()._make_hash_value(user, timestamp) + rights


class PasswordChanged(Refusal):
    """Somebody has set a password, or made a link, since the account was read."""


class NotTheirs(Refusal):
    """The account opens more than the team of the manager who wants a link."""


TOKENS = Tokens()


def make(user: User, *, by: User | None, team: Team | None = None) -> str:
    """The path of a new link. It ends the password, the link and the sessions of the account.

    Raises PasswordChanged, so that nobody overwrites what its owner sets at the same moment.
    """
    before = user.password
    user.set_unusable_password()
    with transaction.atomic():
        _store(user, instead_of=before)
        audit.record(audit.Event.LINK_MADE, by=by, team=team, about=user)
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("set-password", args=[key, TOKENS.make_token(user)])


def make_by_manager(user: User, *, by: User, team: Team) -> str:
    """As `make`. Raises NotTheirs unless `may_be_made`, and no other team can invite meanwhile."""
    with transaction.atomic():
        locks.only_one(locks.JOINING)
        if not may_be_made(user, by_manager_of=team):
            raise NotTheirs(NO_LINK.format(user.display_name))
        return make(user, by=by, team=team)


def end(user: User) -> None:
    """Ends the open link of an account that waits for its owner. A password stays as it is."""
    before = user.password
    if user.has_usable_password():
        return
    user.set_unusable_password()
    # Nothing matches when the link was used meanwhile: then there is no link to end.
    User.objects.filter(pk=user.pk, password=before).update(password=user.password)


def may_be_made(user: User, *, by_manager_of: Team) -> bool:
    """Whether a manager of that team may make a link: for an account without a password that opens
    no other team, and that no other team has invited."""
    if user.has_usable_password() or user.is_staff or user.is_superuser or not user.is_active:
        return False
    places: list[QuerySet[Any]] = [user.memberships.all(), user.invitations.all()]
    return not any(rows.exclude(team=by_manager_of).exists() for rows in places)


def use(user: User, password: str) -> None:
    """Sets the password by a link that was good when `user` was read.

    Raises PasswordChanged for the second of two people who use a link at once.
    """
    before = user.password
    user.set_password(password)
    membership = user.memberships.select_related("team").first()
    with transaction.atomic():
        _store(user, instead_of=before)
        team = membership.team if membership else None
        audit.record(audit.Event.PASSWORD_SET, by=user, team=team)


def _store(user: User, *, instead_of: str) -> None:
    account = User.objects.filter(pk=user.pk, password=instead_of)
    if not account.update(password=user.password):
        raise PasswordChanged(f"{user.display_name} has a password or a newer link by now.")
