import django.db.models.deletion
from django.db import migrations, models

from lookups.migrations._on_postgres import AlterFieldOnPostgres


class Migration(migrations.Migration):
    dependencies = [
        ("lookups", "0009_uploads_unpacked"),
    ]

    operations = [
        AlterFieldOnPostgres(
            model_name="attempt",
            name="call",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attempts",
                to="lookups.call",
            ),
        ),
    ]
