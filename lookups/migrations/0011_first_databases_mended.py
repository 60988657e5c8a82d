from typing import Any

from django.db import migrations

from lookups.migrations._tables import columns, constraints

# 0001 got these columns in the first hour after it was first applied, and 0003 lost what follows.
# A database that had applied an earlier text of them goes without, or has them still.
LATER = [
    ("credential", "mended_at", "created_at"),
    ("credential", "version", "1"),
    ("lookup", "started_at", "created_at"),
]
DROPPED = [("lookups_attempt", "legs")]
UNREAD_INDEXES = [
    ("lookups_fetch", "credential_id"),
    ("lookups_attempt", "call_id"),
    ("lookups_call", "team_id"),
    ("lookups_call", "credential_id"),
    ("lookups_lookupitem", "lookup_id"),
]


def mend(apps: Any, schema_editor: Any) -> None:
    for model, name, value in LATER:
        _have(schema_editor, apps.get_model("lookups", model), name, value)
    for table, column in DROPPED:
        if column in columns(schema_editor, table):
            schema_editor.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    for table, column in UNREAD_INDEXES:
        for index in _indexes_of(schema_editor, table, column):
            schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(index)}")


def _have(schema_editor: Any, model: Any, name: str, value: str) -> None:
    """Adds the column with this value, or gives the value to rows that hold none.

    SQLite takes the quoted name of a column that is not there for a text: when a later migration
    copied the table, each row got the column's own name in its place.
    """
    table = model._meta.db_table
    if name not in columns(schema_editor, table):
        schema_editor.add_field(model, model._meta.get_field(name))
        schema_editor.execute(f"UPDATE {table} SET {name} = {value}")
    elif schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"UPDATE {table} SET {name} = {value} WHERE {name} = '{name}'")


def _indexes_of(schema_editor: Any, table: str, column: str) -> list[str]:
    """The indexes of this column alone."""
    return [
        name
        for name, facts in constraints(schema_editor, table).items()
        if facts["index"] and not facts["unique"] and facts["columns"] == [column]
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("lookups", "0010_attempts_of_proved_calls"),
    ]

    operations = [
        migrations.RunPython(mend, migrations.RunPython.noop),
    ]
