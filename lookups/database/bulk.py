"""Many rows in one go, without an object for each: the way items, calls and attempts are written.

SQLite takes them 64 a statement. PostgreSQL takes new rows by COPY, and rows that may be there by
COPY into a temporary table and one merge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from django.db import connection, models

Row = Sequence[Any]
# Rows of one statement on SQLite: few texts, so that each is prepared once.
SIZES = (64, 8, 1)


@dataclass
class Bulk:
    """How rows of a model are written: which columns, and what makes two rows the same one.

    JSON and times come as text. Everything here must run in a transaction.
    """

    model: type[models.Model]
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """Columns that an update leaves as they are."""
    unwatched: tuple[str, ...] = ()
    """Columns whose change alone is no reason to rewrite a row."""

    def new_ids(self, count: int) -> list[int]:
        """That many ids which no row has. On SQLite the transaction keeps others from taking them
        before they are inserted."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    # In a subquery, as it would else look for the sequence once for each id.
                    "SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass))"
                    " FROM generate_series(1, %s)",
                    [self._table, count],
                )
                return [row[0] for row in cursor.fetchall()]
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [self._table])
            last = (cursor.fetchone() or [0])[0]
        return list(range(last + 1, last + 1 + count))

    def insert(self, rows: list[Row], *, ids: Sequence[int] = ()) -> None:
        """Adds rows that are not there yet, with these ids if there are any. Raises IntegrityError
        when one is there."""
        columns = ("id", *self.columns) if ids else self.columns
        if ids:
            rows = [(pk, *row) for pk, row in zip(ids, rows, strict=True)]
        if not rows:
            return
        if connection.vendor == "postgresql":
            self._copy(rows, self._table, columns)
        else:
            self._statements(rows, columns, "")

    def upsert(self, rows: list[Row]) -> None:
        """Adds the rows, or updates those with the same key; one that says the same is left alone.

        No key may stand there twice.
        """
        if not rows:
            return
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(self._temporary_table)
                self._copy(rows, f"new_{self._table}", self.columns)
                cursor.execute(self._merge)
                cursor.execute(f"TRUNCATE new_{self._table}")
        else:
            self._statements(rows, self.columns, self._or_update)

    def _copy(self, rows: Sequence[Row], table: str, columns: Sequence[str]) -> None:
        with (
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def _statements(self, rows: list[Row], columns: Sequence[str], ending: str) -> None:
        # Not by executemany: it lets other threads in after every row. Beside one that computes, as
        # a web server's may, each row would wait for its turn, and all writers for the last one.
        place = "(" + ", ".join(["?"] * len(columns)) + ")"
        head = f"INSERT INTO {self._table} ({', '.join(columns)}) VALUES "  # noqa: S608
        start = 0
        with connection.cursor() as wrapped, connection.wrap_database_errors:
            cursor = wrapped.connection.cursor()
            for size in SIZES:
                statement = head + ", ".join([place] * size) + ending
                while len(rows) - start >= size:
                    cursor.execute(statement, list(chain.from_iterable(rows[start : start + size])))
                    start += size

    @cached_property
    def _table(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def _or_update(self) -> str:
        changing = [name for name in self.columns if name not in {*self.key, *self.kept}]
        sets = ", ".join(f"{name} = excluded.{name}" for name in changing)
        watched = [name for name in changing if name not in self.unwatched]
        differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
        is_news = " OR ".join(f"{self._table}.{name} {differs} excluded.{name}" for name in watched)
        return f" ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {sets} WHERE {is_news}"

    @cached_property
    def _temporary_table(self) -> str:
        rows = f"SELECT {', '.join(self.columns)} FROM {self._table}"  # noqa: S608
        return f"CREATE TEMPORARY TABLE IF NOT EXISTS new_{self._table} AS {rows} WITH NO DATA"

    @cached_property
    def _merge(self) -> str:
        names = ", ".join(self.columns)
        rows = f"SELECT {names} FROM new_{self._table}"  # noqa: S608
        return f"INSERT INTO {self._table} ({names}) {rows}{self._or_update}"
