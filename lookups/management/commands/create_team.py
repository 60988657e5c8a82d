"""`manage.py create_team SLUG`: a new team."""

from typing import Any

from django.core.management.base import CommandParser

from lookups import people
from lookups.management.portal_command import Facts, PortalCommand


class Command(PortalCommand):
    help = "Creates a team."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--name", required=True)

    def run(self, *, slug: str, name: str, **_: Any) -> Facts:
        team = people.create_team(slug, name=name, by=None)
        return {"team": team.slug, "name": team.name}
