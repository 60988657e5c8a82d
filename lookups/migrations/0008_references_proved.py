from typing import Any

import django.db.models.deletion
from django.db import migrations, models


class AlterFieldOnPostgres(migrations.AlterField):
    """On SQLite the table would be copied for it, and a check costs next to nothing there."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, *states)


class Migration(migrations.Migration):
    dependencies = [
        ("lookups", "0007_keys_that_are_read"),
    ]

    operations = [
        AlterFieldOnPostgres(
            model_name="call",
            name="team",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="lookups.team",
            ),
        ),
        AlterFieldOnPostgres(
            model_name="call",
            name="credential",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="lookups.credential",
            ),
        ),
        AlterFieldOnPostgres(
            model_name="lookupitem",
            name="lookup",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="lookups.lookup",
            ),
        ),
        AlterFieldOnPostgres(
            model_name="lookupitem",
            name="fetch",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="items",
                to="lookups.fetch",
            ),
        ),
    ]
