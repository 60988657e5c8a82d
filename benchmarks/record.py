"""Recording and settling replies, against the bare database taking the same rows in one go."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any
from uuid import UUID

from benchmarks.measure import Figure, seconds
from benchmarks.portal import World, portal

UUIDS = 10_000


def figures() -> Iterator[Figure]:
    """One writer, and where the database takes several at once, two."""
    yield figure(writers=1)
    if takes_several_writers():
        yield figure(writers=2)


def figure(*, writers: int) -> Figure:
    with portal() as world:
        from lookups.emulator import Emulator

        with Emulator() as emulator:
            credential = world.credential(emulator.url(2), max_concurrent=64)
            answers = pulled(world, credential)
        parts = [answers[first::writers] for first in range(writers)]
        ours = seconds(lambda: write_beside_each_other(parts))
        attempts, reference = bare()
    name = f"recording of {attempts:,} attempts on {world.database}"
    note = f"{attempts / ours:,.0f} attempts a second, {reference / ours:.2f} of the reference"
    if writers > 1:
        name += f", {writers} writers"
    return Figure(name, ours, reference, "the attempts alone, in bulk", note)


def takes_several_writers() -> bool:
    from django.db import connection

    return connection.vendor == "postgresql"


def pulled(world: World, credential: Any) -> list[tuple[Any, Any]]:
    """Requests in flight, with their replies in hand."""
    from lookups import credentials, ledger, lifecycle, recording, uploads
    from lookups.placing import Placer

    dice = Random(4)
    text = "\n".join(str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(UUIDS))
    lifecycle.submit(uploads.pasted(text), lifecycle.Asked(credential, world.agent))
    place = Placer(worker="bench")
    while place():
        pass
    client = credentials.client()
    access = credentials.access_to(credential)
    return [
        (fetch, recording.prepare(fetch, client.pull(access, ledger.uuids_of(fetch), "ALL")))
        for fetch in ledger.claim(worker="bench", limit=64)
    ]


def write_beside_each_other(parts: list[list[tuple[Any, Any]]]) -> None:
    """Each part by a thread and a connection of its own, as workers do; one by this thread."""
    if len(parts) == 1:
        write(parts[0])
    else:
        with ThreadPoolExecutor(len(parts)) as pool:
            list(pool.map(write_and_leave, parts))


def write_and_leave(answers: list[tuple[Any, Any]]) -> None:
    from django.db import connection

    write(answers)
    connection.close()


def write(answers: list[tuple[Any, Any]]) -> None:
    from lookups import writing

    for start in range(0, len(answers), writing.TOGETHER):
        writing.write(answers[start : start + writing.TOGETHER])


def bare() -> tuple[int, float]:
    """How many attempts there are, and the seconds to insert them once more into an empty table."""
    from django.db import connection, transaction

    from lookups.recording.rows import ATTEMPT_COLUMNS

    names = ", ".join(ATTEMPT_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM lookups_attempt ORDER BY id")
        rows = cursor.fetchall()
        cursor.execute("DELETE FROM lookups_attempt")
    if connection.vendor == "postgresql":
        import json

        rows = [[json.dumps(v) if isinstance(v, list | dict) else v for v in row] for row in rows]

    def insert() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY lookups_attempt ({names}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(ATTEMPT_COLUMNS))
                cursor.executemany(f"INSERT INTO lookups_attempt ({names}) VALUES ({places})", rows)

    return len(rows), seconds(insert)
