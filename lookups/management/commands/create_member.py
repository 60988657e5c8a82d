"""`manage.py create_member USERNAME`: a person in a team."""

from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser

from lookups import people
from lookups.management.portal_command import (
    Facts,
    PortalCommand,
    WrongUse,
    secret_from_stdin,
    team,
)
from lookups.models import Invitation, Member, User
from lookups.people import password_links

NO_ADDRESS = (
    "The link for a first password needs the portal's address. Set PUBLIC_URL in .env, such as "
    "PUBLIC_URL=https://portal.example.com, and try again; or give a password to --password-stdin."
)


class Command(PortalCommand):
    help = (
        "Adds a person to a team. A new account gets a one-time link to set its password; a person "
        "who has an account is asked on their next page whether to join."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--team", required=True, metavar="SLUG")
        parser.add_argument("--role", required=True, choices=Member.Role.values)
        parser.add_argument("--name", default="", help="full name of a new account")
        parser.add_argument("--password-stdin", action="store_true")

    def run(self, *, username: str, role: str, name: str, **options: Any) -> Facts:
        joined, username = team(options["team"]), User.normalize_username(username)
        known = people.find_user(username)
        password = self._password(username, known, options["password_stdin"])
        needs_link = not password and (known is None or not known.has_usable_password())
        if needs_link and not settings.PUBLIC_URL:
            raise WrongUse(NO_ADDRESS)
        place, is_new = people.add_member(
            joined, username=username, role=role, by=None, full_name=name, password=password
        )
        return {
            "user": place.user.username,
            "team": joined.slug,
            "role": place.role,
            "new_account": is_new,
            "invited": isinstance(place, Invitation),
            "link": self._link(place.user, joined) if needs_link else None,
        }

    def words(self, facts: Facts) -> str:
        return super().words({name: value for name, value in facts.items() if value is not None})

    def _link(self, user: User, joined: Any) -> str:
        self.say(f"Give the link to {user.username} alone. It works once, within 72 hours.")
        return settings.PUBLIC_URL + password_links.make(user, by=None, team=joined)

    def _password(self, username: str, known: User | None, from_stdin: bool) -> str:
        """The password of a new account, from standard input; "" for one that waits for a link."""
        if known is not None:
            if from_stdin:
                self.say(f"{username} has an account, and its password stays as it is.")
            return ""
        password = secret_from_stdin("password") if from_stdin else ""
        User(username=username, password=password or "unused").full_clean()
        if password:
            self._remark(username, password)
        return password

    def _remark(self, username: str, password: str) -> None:
        """Says what is weak about a first password. It is the operator's choice all the same."""
        try:
            validate_password(password, User(username=username))
        except ValidationError as weak:
            self.say(" ".join([*weak.messages, "Ask them to change it when they sign in."]))
