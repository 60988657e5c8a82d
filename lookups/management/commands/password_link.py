"""`manage.py password_link USERNAME`: a new password for a person."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from lookups.management.portal_command import Facts, PortalCommand, WrongUse, user
from lookups.people import password_links


class Command(PortalCommand):
    help = "Prints a one-time link with which a person sets a password. The one they had ends."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def run(self, *, username: str, **_: Any) -> Facts:
        if not settings.PUBLIC_URL:
            raise WrongUse("Set PUBLIC_URL in .env, such as PUBLIC_URL=https://portal.example.com.")
        person = user(username)
        link = settings.PUBLIC_URL + password_links.make(person, by=None)
        self.say(f"Give the link to {username} alone. It works once, within 72 hours.")
        return {"user": username, "link": link}
