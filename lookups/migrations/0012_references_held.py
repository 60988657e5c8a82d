from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from lookups.migrations import _references

REFERENCES = [
    ("call", "team"),
    ("call", "credential"),
    ("lookupitem", "lookup"),
    ("lookupitem", "fetch"),
    ("attempt", "call"),
]


def _all(apps: Any, schema_editor: Any) -> list[_references.Reference]:
    return [_references.Reference(apps, schema_editor, *names) for names in REFERENCES]


def hold(apps: Any, schema_editor: Any) -> None:
    _references.hold(_all(apps, schema_editor))


def let_go(apps: Any, schema_editor: Any) -> None:
    """On SQLite the migrations before this one leave them in the table."""
    if schema_editor.connection.vendor == "postgresql":
        for one in _all(apps, schema_editor):
            one.let_go()


class Migration(migrations.Migration):
    # Each step is a transaction of its own, so that none holds its locks for long.
    atomic = False

    dependencies = [
        ("lookups", "0011_first_databases_mended"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="call",
                    name="team",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lookups.team",
                    ),
                ),
                migrations.AlterField(
                    model_name="call",
                    name="credential",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lookups.credential",
                    ),
                ),
                migrations.AlterField(
                    model_name="lookupitem",
                    name="lookup",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="lookups.lookup",
                    ),
                ),
                migrations.AlterField(
                    model_name="lookupitem",
                    name="fetch",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="items",
                        to="lookups.fetch",
                    ),
                ),
                migrations.AlterField(
                    model_name="attempt",
                    name="call",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="lookups.call",
                    ),
                ),
            ],
        ),
        migrations.RunPython(hold, let_go),
    ]
