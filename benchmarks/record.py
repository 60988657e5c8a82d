"""Recording and settling replies, against the bare database taking the attempts in one go."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any
from uuid import UUID

from benchmarks.measure import Figure, seconds
from benchmarks.portal import World, portal

UUIDS = 10_000
AGAINST = "the attempts alone, in one go"


def figures() -> Iterator[Figure]:
    """With calls, items and ledger: one writer, and where the database takes several at once, two.
    Then the attempts without them, as new ones and as ones that are stored already."""
    yield from figures_of(writers=1)
    if takes_several_writers():
        yield from figures_of(writers=2)


def figures_of(*, writers: int) -> Iterator[Figure]:
    with portal() as world:
        from lookups.emulator import Emulator

        with Emulator() as emulator:
            credential = world.credential(emulator.url(2), max_concurrent=64)
            answers = pulled(world, credential)
        parts = [answers[first::writers] for first in range(writers)]
        ours = seconds(lambda: write_beside_each_other(parts))
        rows = attempts_taken_out()
        reference = seconds(lambda: insert_bare(rows))
        yield told(f"recording, {writers} writer{'s'[: writers - 1]}", world, rows, ours, reference)
        if writers == 1:
            again = seconds(lambda: write_attempts(rows, len(answers), anew=False))
            yield told("attempts once more, unchanged", world, rows, again, reference)
            attempts_taken_out()
            alone = seconds(lambda: write_attempts(rows, len(answers), anew=True))
            yield told("recording of the attempts alone", world, rows, alone, reference)


def told(what: str, world: World, rows: Sequence[Any], ours: float, reference: float) -> Figure:
    name = f"{what}, {len(rows):,} attempts on {world.database}"
    note = f"{len(rows) / ours:,.0f} attempts a second, {reference / ours:.2f} of the reference"
    return Figure(name, ours, reference, AGAINST, note)


def takes_several_writers() -> bool:
    from django.db import connection

    return connection.vendor == "postgresql"


def pulled(world: World, credential: Any) -> list[tuple[Any, Any]]:
    """Requests in flight, with their replies in hand."""
    from lookups import credentials, ledger, lifecycle, recording
    from lookups.lifecycle import uploads
    from lookups.lifecycle.placing import Placer

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
    from lookups.worker import answers

    for start in range(0, len(answers), answers.REPLIES_PER_TRANSACTION):
        answers.write(answers[start : start + answers.REPLIES_PER_TRANSACTION])


def attempts_taken_out() -> list[list[Any]]:
    """What the table of attempts held; it is empty then."""
    from django.db import connection

    from lookups.recording.columns import ATTEMPT_COLUMNS

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(ATTEMPT_COLUMNS)} FROM lookups_attempt ORDER BY id")
        rows = [[as_text(value) for value in row] for row in cursor.fetchall()]
        empty = "TRUNCATE" if connection.vendor == "postgresql" else "DELETE FROM"
        cursor.execute(f"{empty} lookups_attempt")
    return rows


def as_text(value: Any) -> Any:
    import json

    return json.dumps(value) if isinstance(value, list | dict) else value


def insert_bare(rows: list[list[Any]]) -> None:
    from django.db import connection, transaction

    from lookups.recording.columns import ATTEMPT_COLUMNS

    names = ", ".join(ATTEMPT_COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY lookups_attempt ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(ATTEMPT_COLUMNS))
            cursor.executemany(f"INSERT INTO lookups_attempt ({names}) VALUES ({places})", rows)


def write_attempts(rows: list[list[Any]], replies: int, *, anew: bool) -> None:
    """As recording does: those of as many replies a transaction as are written together."""
    from django.db import transaction

    from lookups.recording.columns import ATTEMPTS
    from lookups.worker import answers

    together = -(-len(rows) * answers.REPLIES_PER_TRANSACTION // replies)
    for start in range(0, len(rows), together):
        with transaction.atomic():
            some = rows[start : start + together]
            ATTEMPTS.insert(some) if anew else ATTEMPTS.upsert(some)
