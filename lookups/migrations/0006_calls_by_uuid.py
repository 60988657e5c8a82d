from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lookups", "0005_places"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="call", name="one_call_per_uuid"),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.UniqueConstraint(fields=["uuid", "team"], name="one_call_per_uuid"),
        ),
        migrations.RemoveIndex(model_name="call", name="call_outcome"),
        migrations.RemoveIndex(model_name="call", name="call_newest"),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["team", "-listed_at", "-id", "outcome"], name="call_newest"),
        ),
    ]
