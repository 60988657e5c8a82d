import django.db.models.deletion
from django.db import migrations, models

from lookups.migrations._on_postgres import AlterFieldOnPostgres


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
