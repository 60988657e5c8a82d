"""What the portal's commands share: `--json`, exit codes, and names turned into rows.

Exit codes: 0 success, 1 a run that failed, 2 wrong use. With `--json` stdout holds one JSON object
and nothing else; every message goes to stderr.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.checks import Tags
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models

from lookups import private
from lookups.models import Credential, Team, User
from lookups.refusal import Refusal

Facts = dict[str, Any]
Row = TypeVar("Row", bound=models.Model)


class WrongUse(CommandError):
    """The command cannot be run as it was written."""

    exit_code = 2

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, returncode=self.exit_code)


class PortalCommand(BaseCommand):
    """A command whose `run` gives facts: said in words by `words`, or printed as JSON."""

    # `doctor` and the web process check everything; a command starts without loading the pages.
    requires_system_checks = [Tags.models]
    # Files that an earlier release left open to others are closed by whatever runs next.
    closes_files = True

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(*args, **kwargs)
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        if self.closes_files:
            private.close()
        try:
            facts = self.run(**options)
        except ValidationError as error:
            raise WrongUse(_in_words(error)) from error
        except Refusal as refusal:
            kind = WrongUse if refusal.exit_code == WrongUse.exit_code else CommandError
            raise kind(refusal.sentence) from refusal
        except BrokenPipeError:
            # Whoever read our output has enough of it, as `head` does.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        if facts is None:
            return
        self.stdout.write(json.dumps(facts) if options["json"] else self.words(facts))
        if not self.succeeded(facts):
            sys.exit(1)

    def run(self, *args: Any, **options: Any) -> Facts | None:
        """Does the work with the options by name; None when it has written its own output."""

    def words(self, facts: Facts) -> str:
        return "\n".join(f"{name}: {value}" for name, value in facts.items())

    def succeeded(self, facts: Facts) -> bool:
        """Whether the exit code is 0."""
        return True

    def say(self, sentence: str) -> None:
        self.stderr.write(sentence)


def _in_words(error: ValidationError) -> str:
    """Every problem with the name of its field."""
    if not hasattr(error, "message_dict"):
        return " ".join(error.messages)
    return " ".join(
        f"{field.replace('_', ' ')}: {' '.join(said)}"
        if field != NON_FIELD_ERRORS
        else " ".join(said)
        for field, said in error.message_dict.items()
    )


def team(slug: str) -> Team:
    return _named(Team.objects.all, "team", slug=slug)


def user(username: str) -> User:
    return _named(User.objects.all, "user", username=username)


def credential(of: Team, label: str) -> Credential:
    return _named(Credential.objects.for_team(of).usable, "usable credential", label=label)


def _named(rows: Callable[[], models.QuerySet[Row]], what: str, **name: str) -> Row:
    """The row of that name. Raises WrongUse that lists the names there are."""
    ((field, value),) = name.items()
    found = rows().filter(**name).first()
    if found is None:
        there = ", ".join(rows().values_list(field, flat=True)[:20]) or "none yet"
        raise WrongUse(f"There is no {what} “{value}”. There are: {there}.")
    return found


def secret_from_stdin(what: str) -> str:
    """The first line of standard input, so that a secret is never on a command line."""
    secret = sys.stdin.readline().strip("\r\n")
    if not secret:
        raise WrongUse(f"Standard input holds no {what}.")
    return secret
