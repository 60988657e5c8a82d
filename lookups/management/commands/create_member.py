from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from lookups import people
from lookups.management.portal_command import (
    Facts,
    PortalCommand,
    WrongUse,
    secret_from_stdin,
    team,
)
from lookups.models import Member, User


class Command(PortalCommand):
    help = "Adds a person to a team, with a new account or the one they have."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--team", required=True, metavar="SLUG")
        parser.add_argument("--role", required=True, choices=Member.Role.values)
        parser.add_argument("--name", default="", help="full name of a new account")
        parser.add_argument("--password-stdin", action="store_true")

    def run(self, *, username: str, role: str, name: str, **options: Any) -> Facts:
        joined = team(options["team"])
        is_new = people.find_user(username) is None
        password = self._password(username, is_new, options["password_stdin"])
        if is_new:
            User(username=username, password=password).full_clean()
            self._remark(username, password)
        try:
            member, is_new = people.add_member(
                joined, username=username, role=role, by=None, full_name=name, password=password
            )
        except people.LastManager as error:
            raise CommandError(str(error)) from None
        return {"user": username, "team": joined.slug, "role": member.role, "new_account": is_new}

    def _remark(self, username: str, password: str) -> None:
        """Says what is weak about a first password. It is the operator's choice all the same."""
        try:
            validate_password(password, User(username=username))
        except ValidationError as weak:
            self.say(" ".join([*weak.messages, "Ask them to change it when they sign in."]))

    def _password(self, username: str, is_new: bool, from_stdin: bool) -> str:
        if not is_new:
            if from_stdin:
                self.say(f"{username} has an account and keeps its password.")
            return ""
        if from_stdin:
            return secret_from_stdin("password")
        try:
            return getpass(f"Password for {username}: ")
        except EOFError:
            raise WrongUse("A new account needs a password: use --password-stdin.") from None
