"""References that the database is to hold, on tables that are filled.

On PostgreSQL each is promised first, which holds new rows to it and takes a moment, and then proved
for the rows that are there, beside which work goes on. SQLite needs the table copied.
"""

from collections.abc import Iterable
from typing import Any

from django.core.management import CommandError
from django.db import models, transaction

from lookups.migrations._rebuilding import in_steps
from lookups.migrations._tables import constraints, is_large, steps, tell

NAMED = 20
REFUSAL = (
    "{count:,} rows of {table} have a {column} that is no row of {to}: {named}. They were left as "
    "they are. Give them one that is there (manage.py dbshell), or put back a backup from before "
    "it was lost. Then run migrate again."
)
# What the deletion of a row would have done to those that refer to it. Nothing refers to them.
MENDING = {
    models.CASCADE: ("deleted", "DELETE FROM {table}"),
    models.SET_NULL: ("cleared", "UPDATE {table} SET {column} = NULL"),
}


class Reference:
    """A foreign key, as a migration finds it."""

    def __init__(self, apps: Any, schema_editor: Any, model: str, field: str) -> None:
        self.editor = schema_editor
        self.model = apps.get_model("lookups", model)
        self.field = self.model._meta.get_field(field)
        self.rule = self.field.remote_field.on_delete
        self.table = self.model._meta.db_table
        self.column = self.field.column
        self.to = self.field.target_field.model._meta.db_table
        self.leads_nowhere = (
            f"{self.column} IS NOT NULL AND NOT EXISTS"
            f" (SELECT 1 FROM {self.to} WHERE {self.to}.id = {self.table}.{self.column})"
        )

    def constraint(self) -> str | None:
        """Its name in the database, if it is held there."""
        for name, facts in constraints(self.editor, self.table).items():
            if facts["foreign_key"] and facts["columns"] == [self.column]:
                return name
        return None

    def refuse_orphans(self) -> None:
        """Raises CommandError for rows that would never have lost what they refer to."""
        if self.rule in MENDING:
            return
        found = []
        for start, end in steps(self.editor, self.table, doing=f"{self.column} looked through"):
            found += self._rows(
                f"SELECT id, {self.column} FROM {self.table} WHERE {self.leads_nowhere}"
                f" AND id BETWEEN {start} AND {end} ORDER BY id"
            )
        if found:
            named = [f"row {pk} has {key}" for pk, key in found[:NAMED]]
            raise CommandError(
                REFUSAL.format(
                    count=len(found), table=self.table, column=self.column, to=self.to,
                    named=", ".join(named + ["…"] * (len(found) > NAMED)),
                )
            )  # fmt: skip

    def mend_orphans(self) -> None:
        """Does to them what their rule says, a step a transaction."""
        if self.rule not in MENDING:
            return
        done, statement = MENDING[self.rule]
        statement = statement.format(table=self.table, column=self.column)
        count = 0
        for start, end in steps(self.editor, self.table, doing=f"{self.column} looked through"):
            with transaction.atomic(self.editor.connection.alias), self._cursor() as cursor:
                cursor.execute(
                    f"{statement} WHERE {self.leads_nowhere} AND id BETWEEN {start} AND {end}"
                )
                count += cursor.rowcount
        if count:
            tell(f"{self.table}: {count:,} rows whose {self.column} is no {self.to} were {done}.")

    def promise(self) -> None:
        if not self.constraint():
            ending = "_fk_%(to_table)s_%(to_column)s"
            sql = self.editor._create_fk_sql(self.model, self.field, ending)
            with transaction.atomic(self.editor.connection.alias):
                self.editor.execute(f"{sql} NOT VALID")

    def prove(self) -> None:
        if is_large(self.editor, self.table):
            tell(f"{self.table}: every {self.column} is held against {self.to}, in one go")
        with transaction.atomic(self.editor.connection.alias):
            name = self.editor.quote_name(self.constraint())
            self.editor.execute(f"ALTER TABLE {self.table} VALIDATE CONSTRAINT {name}")

    def let_go(self) -> None:
        if name := self.constraint():
            with transaction.atomic(self.editor.connection.alias):
                self.editor.execute(self.editor._delete_fk_sql(self.model, name))

    def _cursor(self) -> Any:
        return self.editor.connection.cursor()

    def _rows(self, sql: str) -> list[tuple[int, int]]:
        with self._cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()


def hold(references: Iterable[Reference]) -> None:
    """Makes the database hold them. What was done stands when it is stopped, and is gone on with.

    Raises CommandError when rows refer to nothing and must neither be deleted nor cleared.
    """
    missing = [one for one in references if not _is_held(one)]
    for one in missing:
        one.refuse_orphans()
    if missing and missing[0].editor.connection.vendor == "postgresql":
        for one in missing:
            one.promise()
            one.mend_orphans()
            one.prove()
    else:
        for one in missing:
            one.mend_orphans()
        for model in {one.model for one in missing}:
            _rebuild(missing[0].editor, model)


def _is_held(one: Reference) -> bool:
    """Whether the database holds every row to it."""
    name = one.constraint()
    if name is None or one.editor.connection.vendor != "postgresql":
        return name is not None
    with one.editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT convalidated FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass",
            [name, one.table],
        )
        return cursor.fetchone()[0]


def _rebuild(schema_editor: Any, model: Any) -> None:
    with transaction.atomic(schema_editor.connection.alias), in_steps(schema_editor):
        schema_editor._remake_table(model)
