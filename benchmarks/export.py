"""Exporting the rows that a lookup holds, against the bare csv module on a bare cursor."""

import csv
import tempfile
from collections.abc import Iterator
from random import Random
from uuid import UUID

from benchmarks.measure import Figure, compare
from benchmarks.portal import portal

UUIDS = 10_000


def figures() -> Iterator[Figure]:
    with portal() as world:
        from django.db import connection

        from lookups import exports, lifecycle
        from lookups.emulator import Emulator
        from lookups.lifecycle import uploads
        from lookups.worker import process

        with Emulator() as emulator:
            dice = Random(3)
            text = "\n".join(str(UUID(int=dice.getrandbits(128))) for _ in range(UUIDS))
            asked = lifecycle.Asked(world.credential(emulator.url(2)), world.agent)
            lookup = lifecycle.submit(uploads.pasted(text), asked)
            process.work_until_ended(lookup, concurrency=8)

        def ours() -> None:
            table = exports.lookup_rows(lookup)
            with tempfile.TemporaryFile() as file:
                for chunk in exports.write("csv", table.columns, table.rows):
                    file.write(chunk)

        def reference() -> None:
            with connection.cursor() as cursor, tempfile.TemporaryFile("w", newline="") as file:
                cursor.execute("SELECT * FROM lookups_attempt")
                csv.writer(file).writerows(cursor)

        yield Figure(f"export of {UUIDS:,} calls as CSV", *compare(ours, reference),
                     "csv.writerows of the bare table")  # fmt: skip
