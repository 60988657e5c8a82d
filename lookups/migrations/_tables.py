"""What migrations ask of a table, on both databases."""

import sys
from collections.abc import Iterator
from typing import Any

# Ids of one statement.
STEP = 50_000


def constraints(schema_editor: Any, table: str) -> dict[str, dict[str, Any]]:
    """The keys, references, checks and indexes of a table by their names, as Django reads them."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        return connection.introspection.get_constraints(cursor, table)


def columns(schema_editor: Any, table: str) -> set[str]:
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        return {one.name for one in connection.introspection.get_table_description(cursor, table)}


def steps(schema_editor: Any, table: str, *, doing: str) -> Iterator[tuple[int, int]]:
    """The first and last id of each piece of a table, in order; how far it is stands on stderr.

    A table of one piece is done in a moment, so nothing is said of it.
    """
    first, last = _ids(schema_editor, table)
    count, told = last - first + 1, 0
    for start in range(first, last + 1, STEP):
        end = min(start + STEP - 1, last)
        yield start, end
        percent = 100 * (end - first + 1) // count
        if count > STEP and percent > told:
            tell(f"{table}: {doing}, {percent} %")
            told = percent


def is_large(schema_editor: Any, table: str) -> bool:
    """Whether it is more than one piece."""
    first, last = _ids(schema_editor, table)
    return last - first >= STEP


def _ids(schema_editor: Any, table: str) -> tuple[int, int]:
    """The first and last id; of an empty table such that nothing lies between."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM {table}")
        return cursor.fetchone()


def tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
