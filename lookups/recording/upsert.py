"""Many rows in one go, without an object for each: the way calls and attempts are written.

SQLite takes them 64 a statement, PostgreSQL by COPY into a temporary table and one merge. A row
that is there already with the same values is not rewritten.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any

from django.db import connection, models

# Rows of one statement on SQLite: few texts, so that each is prepared once.
SIZES = (64, 8, 1)


@dataclass
class Upsert:
    """How rows of a model are written: which columns, and what makes two rows the same one."""

    model: type[models.Model]
    columns: tuple[str, ...]
    key: tuple[str, ...]
    kept: tuple[str, ...] = ()
    """Columns that an update leaves as they are."""
    unwatched: tuple[str, ...] = ()
    """Columns whose change alone is no reason to rewrite a row."""

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Inserts the rows, or updates those with the same key. Must run in a transaction.

        No key may stand there twice. JSON comes as text, times as `stored_time()` makes them.
        """
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(self._temporary_table)
                with cursor.copy(self._copy) as copy:
                    for row in rows:
                        copy.write_row(row)
                cursor.execute(self._merge)
                cursor.execute(f"TRUNCATE new_{self._table}")
            else:
                with connection.wrap_database_errors:
                    self._insert(cursor.connection.cursor(), list(rows))

    @cached_property
    def _table(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def _names(self) -> str:
        return ", ".join(self.columns)

    @cached_property
    def _or_update(self) -> str:
        changing = [name for name in self.columns if name not in {*self.key, *self.kept}]
        sets = ", ".join(f"{name} = excluded.{name}" for name in changing)
        watched = [name for name in changing if name not in self.unwatched]
        differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
        is_news = " OR ".join(f"{self._table}.{name} {differs} excluded.{name}" for name in watched)
        return f"ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {sets} WHERE {is_news}"

    def _insert(self, cursor: Any, rows: list[Sequence[Any]]) -> None:
        # Not by executemany: it lets other threads in after every row, and while they read replies
        # each row would wait for its turn.
        start = 0
        for size in SIZES:
            statement = self._inserts[size]
            while len(rows) - start >= size:
                cursor.execute(statement, list(chain.from_iterable(rows[start : start + size])))
                start += size

    @cached_property
    def _inserts(self) -> dict[int, str]:
        row = "(" + ", ".join(["?"] * len(self.columns)) + ")"
        head = f"INSERT INTO {self._table} ({self._names})"
        return {
            size: f"{head} VALUES {', '.join([row] * size)} {self._or_update}" for size in SIZES
        }

    @cached_property
    def _temporary_table(self) -> str:
        rows = f"SELECT {self._names} FROM {self._table}"  # noqa: S608
        return f"CREATE TEMPORARY TABLE IF NOT EXISTS new_{self._table} AS {rows} WITH NO DATA"

    @cached_property
    def _copy(self) -> str:
        return f"COPY new_{self._table} ({self._names}) FROM STDIN"

    @cached_property
    def _merge(self) -> str:
        return (
            f"INSERT INTO {self._table} ({self._names}) "  # noqa: S608
            f"SELECT {self._names} FROM new_{self._table} {self._or_update}"
        )


def stored_time() -> Callable[[datetime | None], object]:
    """What makes of a UTC time what this database keeps: SQLite text without the offset."""
    return _as_it_is if connection.vendor == "postgresql" else _as_text


def _as_it_is(moment: datetime | None) -> object:
    return moment


def _as_text(moment: datetime | None) -> object:
    return moment.isoformat(" ")[:-6] if moment else None
