"""SQLite changes a column or a constraint by copying the table. A large one takes its time, so it
is copied in steps and says how far it is."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import migrations

from lookups.migrations._tables import steps

# How Django copies a table that it rebuilds.
COPY = re.compile(r'INSERT INTO "new__(?P<table>\w+)" \(.*\) SELECT .* FROM "(?P=table)"', re.S)


@contextmanager
def in_steps(schema_editor: Any) -> Iterator[None]:
    """While it lasts, tables are copied in steps that are told of."""
    execute = schema_editor.execute

    def execute_in_steps(sql: Any, params: Any = ()) -> None:
        copy = COPY.fullmatch(str(sql))
        if copy is None or schema_editor.collect_sql:
            execute(sql, params)
            return
        for start, end in steps(schema_editor, copy["table"], doing="copied"):
            execute(f"{sql} WHERE id BETWEEN {start} AND {end} ORDER BY id", params)

    schema_editor.execute = execute_in_steps
    try:
        yield
    finally:
        schema_editor.execute = execute


class InSteps:
    """Of an operation that may rebuild a table."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        with in_steps(schema_editor):
            super().database_forwards(app_label, schema_editor, *states)  # type: ignore[misc]

    def database_backwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        with in_steps(schema_editor):
            super().database_backwards(app_label, schema_editor, *states)  # type: ignore[misc]


class AlterField(InSteps, migrations.AlterField):
    pass


class AddConstraint(InSteps, migrations.AddConstraint):
    pass
