"""`manage.py lookup FILE`: a lookup from the command line."""

import io
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from lookups import access, intake, lifecycle
from lookups.lifecycle import Asked, ColumnNotChosen, Refused, progress, watching
from lookups.lifecycle.uploads import Material
from lookups.management.portal_command import (
    Facts,
    PortalCommand,
    WrongUse,
    credential,
    team,
    user,
)
from lookups.models import Lookup, User
from lookups.worker import process


class Command(PortalCommand):
    help = "Looks up the Phonon UUIDs of a file, waits for the end, and prints the sums."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE|-")
        parser.add_argument("--team", required=True, metavar="SLUG")
        parser.add_argument("--credential", required=True, metavar="LABEL")
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument(
            "--fetch-attempt", choices=Lookup.FetchAttempt.values, default=Lookup.FetchAttempt.ALL
        )
        parser.add_argument("--title", default="")
        parser.add_argument(
            "--column",
            default="",
            metavar="NAME",
            help="of a table, look for UUIDs in this column; * for every column",
        )
        parser.add_argument(
            "--sheet", default="", metavar="NAME", help="of a workbook, read this sheet"
        )
        parser.add_argument(
            "--part", default="", metavar="NAME", help="of an archive or a mail, read this file"
        )
        parser.add_argument(
            "--hidden-rows",
            default="",
            choices=(intake.INCLUDE, intake.LEAVE_OUT),
            help="what to do with the rows that a filter of the workbook hides",
        )
        parser.add_argument("--refresh", action="store_true", help="ask for final calls as well")
        parser.add_argument("--watch", action="store_true", help="ask again for what stays open")
        parser.add_argument("--no-wait", action="store_true", help="only submit")

    good_ends = frozenset({"done"})

    def run(self, *, file: str, **options: Any) -> Facts:
        owner, person = team(options["team"]), user(options["by"])
        if not access.teams(person).filter(pk=owner.pk).exists():
            raise WrongUse(f"{person.username} is not in the team {owner.slug}.")
        asked = Asked(
            credential=credential(owner, options["credential"]),
            by=person,
            fetch_attempt=options["fetch_attempt"],
            title=options["title"],
            refresh=options["refresh"],
        )
        choices = intake.Choices(
            **{name: options[name] for name in ("column", "sheet", "part", "hidden_rows")}
        )
        lookup, source = self._submit(file, choices, asked)
        if options["watch"]:
            self._watch(lookup, person)
        if options["no_wait"]:
            self.good_ends |= {"running"}
        else:
            process.work_until_ended(lookup, concurrency=settings.WORKER_CONCURRENCY)
            lookup = Lookup.objects.select_related("credential").get(pk=lookup.pk)
        facts: Facts = progress.as_json(lookup) | lookup.choices
        facts["taken"] = intake.taken_facts(source)
        self.say(facts["taken"]["line"])
        self._explain(lookup, facts, waited=not options["no_wait"])
        return facts

    def _submit(
        self, file: str, choices: intake.Choices, asked: Asked
    ) -> tuple[Lookup, intake.Source]:
        name = "standard input" if file == "-" else Path(file).name
        try:
            data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        except OSError as error:
            raise WrongUse(f"{file} cannot be read: {error.strerror}.") from None
        try:
            material = Material(name, io.BytesIO(data), choices)
            source = material.source()
            return lifecycle.submit(material, asked, source), source
        except ColumnNotChosen as error:
            names = ", ".join(f"“{name}”" for name in error.columns)
            raise WrongUse(
                f"{len(error.columns)} columns hold UUIDs: {names}. Choose the one with the Phonon "
                "UUIDs by --column NAME, or every column by --column '*'."
            ) from None

    def _watch(self, lookup: Lookup, person: User) -> None:
        try:
            watching.start(lookup, by=person)
        except Refused as refused:
            self.say(refused.sentence)

    def _explain(self, lookup: Lookup, facts: Facts, *, waited: bool) -> None:
        if facts["status"] == "waiting":
            self.say(
                f"The credential is paused: {lookup.credential.paused_reason} "
                "The lookup goes on by itself once that is mended and a worker runs."
            )
        elif waited and lookup.is_running:
            self.say("Stopped before the end. `manage.py run_worker` goes on with it.")

    def words(self, facts: Facts) -> str:
        told = {name: value for name, value in facts.items() if value != "" and name != "taken"}
        return super().words(told)

    def succeeded(self, facts: Facts) -> bool:
        return facts["status"] in self.good_ends and not facts["failed"]
