"""What a database says of its own tables, as sentences that can be held against each other."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

COLUMNS_SQL = """
SELECT table_name || '.' || column_name || ' ' || data_type
    || coalesce('(' || character_maximum_length || ')', '')
    || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END
    || coalesce(' default ' || column_default, '')
    || CASE is_identity WHEN 'YES' THEN ' identity' ELSE '' END
FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ANY(%s)
"""
CONSTRAINTS_SQL = """
SELECT conrelid::regclass || ' ' || conname || ': ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype <> 'n' AND conrelid::regclass::text = ANY(%s)
"""
INDEXES_SQL = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(%s)"


def tables() -> list[str]:
    models = apps.get_app_config("lookups").get_models(include_auto_created=True)
    return sorted(model._meta.db_table for model in models)


def described() -> set[str]:
    """Every column, key, check, reference and index of the portal's tables, a sentence each."""
    if connection.vendor == "postgresql":
        return {row for sql in (COLUMNS_SQL, CONSTRAINTS_SQL, INDEXES_SQL) for row in _rows(sql)}
    return set(_described_by_sqlite())


def _rows(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [tables()])
        return [row[0] for row in cursor.fetchall()]


def _described_by_sqlite() -> Iterator[str]:
    """SQLite keeps the statements themselves; of a table each clause is a sentence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        rows = [row for row in cursor.fetchall() if row[1] in tables()]
    for kind, table, sql in rows:
        if kind == "table":
            yield from (f"{table}: {clause}" for clause in _clauses(sql))
        else:
            yield re.sub(r"\s+", " ", sql)


def _clauses(sql: str) -> list[str]:
    """What stands between the commas of CREATE TABLE (…) that no inner bracket holds."""
    inside = sql[sql.index("(") + 1 : sql.rindex(")")]
    clauses, depth = [""], 0
    for sign in inside:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and not depth:
            clauses.append("")
        else:
            clauses[-1] += sign
    return [re.sub(r"\s+", " ", clause).strip() for clause in clauses]


def create_tables() -> None:
    """The tables as the models alone would make them, without any migration."""
    with connection.schema_editor() as editor:
        for app in ("contenttypes", "auth", "lookups"):
            for model in apps.get_app_config(app).get_models():
                editor.create_model(model)


@contextmanager
def another_database(name: str) -> Iterator[BaseDatabaseWrapper]:
    """An empty database in the place of the test's own; it is gone afterwards.

    `name` is a file on SQLite, a database of the same server on PostgreSQL.
    """
    own = connections["default"]
    options = dict(own.settings_dict["OPTIONS"])
    if own.vendor == "sqlite":
        # Nobody needs it after a power cut, and migrations write often.
        options["init_command"] = "PRAGMA synchronous=OFF"
    settings = own.settings_dict | {"NAME": name, "OPTIONS": options}
    connections["default"] = type(own)(settings, "default")
    try:
        if own.vendor == "postgresql":
            _on_the_server(own, f'CREATE DATABASE "{name}"')
        yield connections["default"]
    finally:
        connections["default"].close()
        connections["default"] = own
        if own.vendor == "postgresql":
            _on_the_server(own, f'DROP DATABASE IF EXISTS "{name}"')


def _on_the_server(own: BaseDatabaseWrapper, sql: str) -> None:
    with own._nodb_cursor() as cursor:
        cursor.execute(sql)
