"""`manage.py export`: a lookup, or the calls of a search, as a file."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from lookups import audit, exports, search
from lookups.management.portal_command import Facts, PortalCommand, WrongUse, team
from lookups.models import Lookup, Team


class Command(PortalCommand):
    help = "Writes a lookup, or the calls that a search finds, as a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--team", required=True, metavar="SLUG")
        parser.add_argument("--lookup", type=int, metavar="ID")
        parser.add_argument("--query", metavar="TEXT")
        parser.add_argument("--format", required=True, choices=list(exports.FORMATS))
        parser.add_argument("--output", metavar="PATH", help="standard output when left out")

    def run(self, *, output: str | None, **options: Any) -> Facts | None:
        owner = team(options["team"])
        if options["json"] and not output:
            raise WrongUse("With --json the file needs a place of its own: give --output.")
        table, about, query = _table(owner, options["lookup"], options["query"])
        audit.record(
            audit.Event.EXPORTED,
            by=None,
            team=owner,
            about=about,
            format=options["format"],
            query=query,
        )
        chunks = exports.write(options["format"], table.columns, table.rows, count=table.count)
        if not output:
            for chunk in chunks:
                sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
            return None
        size = _write_whole(Path(output), chunks)
        return {"output": output, "format": options["format"], "bytes": size}


def _table(owner: Team, lookup_id: int | None, text: str | None) -> tuple[exports.Table, str, str]:
    """The export, what it is about, and its query as the audit notes it."""
    if lookup_id is not None and text is not None:
        raise WrongUse("Give --lookup or --query, not both.")
    if lookup_id is not None:
        lookup = Lookup.objects.for_team(owner).filter(pk=lookup_id).first()
        if lookup is None:
            raise WrongUse(f"The team {owner.slug} has no lookup {lookup_id}.")
        return exports.lookup_rows(lookup), f"lookup {lookup_id}", ""
    query = search.parse(text or "")
    return exports.call_rows(search.apply(query, team=owner), owner), "calls", search.noted(query)


def _write_whole(path: Path, chunks: Any) -> int:
    """Writes beside the path and renames at the end: a failed export leaves no file."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
        size = part.stat().st_size
        part.replace(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
    return size
