"""`manage.py set_credential`: a team's credential, new or changed."""

from typing import Any

from django.core.management.base import CommandParser

from lookups import credentials
from lookups.management.portal_command import Facts, PortalCommand, secret_from_stdin, team
from lookups.models import Credential


class Command(PortalCommand):
    help = "Saves a team's credential: a new one, or the one of that label."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--team", required=True, metavar="SLUG")
        parser.add_argument("--label", required=True)
        parser.add_argument("--endpoint-url", required=True, metavar="URL")
        parser.add_argument("--api-version", required=True, type=int, choices=[1, 2])
        parser.add_argument("--flow-id", default="", metavar="ID")
        parser.add_argument("--security-id-stdin", action="store_true")
        parser.add_argument("--max-uuids", type=int, default=200)
        parser.add_argument("--max-concurrent", type=int, default=4)
        parser.add_argument(
            "--requests-per-minute", type=int, default=0, help="0: no limit of the portal's own"
        )

    def run(self, *, label: str, **options: Any) -> Facts:
        owner = team(options["team"])
        security_id = secret_from_stdin("security ID") if options["security_id_stdin"] else ""
        credential = Credential.objects.for_team(owner).filter(label=label).first()
        is_new = credential is None
        credential = credential or Credential(team=owner, label=label)
        for name in FIELDS:
            setattr(credential, name, options[name])
        credentials.save(credential, by=None, security_id=security_id, flow_id=options["flow_id"])
        for remark in credentials.remarks(security_id=security_id, flow_id=options["flow_id"]):
            self.say(remark)
        return {"credential": credential.pk, "label": label, "team": owner.slug, "new": is_new}


FIELDS = ["endpoint_url", "api_version", "max_uuids", "max_concurrent", "requests_per_minute"]
