"""`manage.py demo`: the portal with made-up calls."""

import json
import random
import time
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser

from lookups import credentials, emulator, lifecycle, people
from lookups.lifecycle import progress, uploads
from lookups.management.portal_command import Facts, PortalCommand
from lookups.management.ports import check_free, free
from lookups.management.processes import Processes
from lookups.models import Credential, Lookup, Team, User

HOST = "127.0.0.1"
PASSWORD = "phonon-demo"  # noqa: S105 (the demo listens on this machine alone)
PEOPLE = [("asha", "Asha Rao", "agent"), ("ravi", "Ravi Menon", "manager")]
SAMPLE_CALLS = 40
SAMPLE_SECONDS = 60
SUMMARY = """\
Sample lookup {lookup}: {status} in {seconds} s, {requests} requests, {attempts} attempts
  {entries} entries = {unique} unique + {duplicates} duplicates + {rejected} rejected
    + {blank} blank
  {unique} unique = {found} found + {not_found} not found + {failed} failed
    + {cancelled} cancelled + {pending} pending"""


class Command(PortalCommand):
    help = "Starts the emulator, the web pages and a worker, and runs one sample lookup."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--once", action="store_true", help="end after the summary")

    def run(self, *, port: int, once: bool, **options: Any) -> None:
        check_free(HOST, port)
        pull_port = free()
        with Processes() as processes:
            processes.start_command("run_emulator", "--port", str(pull_port), "--latency-ms", "300")
            processes.start_web(HOST, port)
            processes.start_worker()
            processes.wait_for(HOST, pull_port)
            processes.wait_for(HOST, port)
            credential = _seed(f"http://127.0.0.1:{pull_port}/v2/pull")
            facts = self._sample_lookup(credential)
            self.stdout.write(json.dumps(facts) if options["json"] else self.words(facts))
            if not once:
                self._tell_how_to_sign_in(port)
                processes.wait()

    def _sample_lookup(self, credential: Credential) -> Facts:
        agent = User.objects.get(username=PEOPLE[0][0])
        asked = lifecycle.Asked(credential, agent, title="Passengers of 6E-2043, Tuesday")
        text = _sample_text()
        lookup = lifecycle.submit(uploads.pasted(text), asked)
        deadline = time.monotonic() + SAMPLE_SECONDS
        while Lookup.objects.running().filter(pk=lookup.pk).exists():
            if time.monotonic() > deadline:
                raise CommandError("The sample lookup did not end in time. See the lines above.")
            time.sleep(0.1)
        lookup.refresh_from_db()
        return progress.as_json(lookup)

    def words(self, facts: Facts) -> str:
        return SUMMARY.format(**facts)

    def _tell_how_to_sign_in(self, port: int) -> None:
        names = " or ".join(f"{username} ({role})" for username, _, role in PEOPLE)
        self.stdout.write(
            f"\nPhonon Portal: http://127.0.0.1:{port}/\n"
            f"Sign in as {names}, password {PASSWORD}\n"
            "Every call comes from the emulator. Ctrl-C ends it."
        )


def _seed(endpoint_url: str) -> Credential:
    """The demo team, its people and its credential for this run's emulator."""
    team = Team.objects.filter(slug="demo").first()
    team = team or people.create_team("demo", name="Flight delays", by=None)
    for username, full_name, role in PEOPLE:
        people.add_member(
            team, username=username, role=role, by=None, full_name=full_name, password=PASSWORD
        )
    credential = Credential.objects.for_team(team).filter(label="Delay IVR").first()
    credential = credential or Credential(team=team, label="Delay IVR")
    credential.endpoint_url = endpoint_url
    credential.api_version = Credential.Version.TWO
    return credentials.save(
        credential,
        by=None,
        security_id=emulator.DEMO_SECURITY_ID,
        flow_id=emulator.DEMO_FLOW_ID,
    )


def _sample_text() -> str:
    """What an agent might paste: UUIDs inside a mess, one twice, one cut short."""
    dice = random.Random("the demo's passengers")  # noqa: S311
    uuids = [str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(SAMPLE_CALLS)]
    lines = [f"{uuid} seat {seat + 1}A" for seat, uuid in enumerate(uuids)]
    mess = [f"{{{uuids[0].upper()}}}", uuids[1][:-1]]
    return "\n".join(["Passengers who say nobody called them about 6E-2043", "", *lines, *mess])
