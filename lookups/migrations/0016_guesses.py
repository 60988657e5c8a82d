from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lookups", "0015_ids_sealed_for_their_endpoint"),
    ]

    operations = [
        migrations.CreateModel(
            name="Guesses",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("drained_at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
