from django.db import migrations, models


class Migration(migrations.Migration):
    # The column may be empty, so that neither database rewrites a row for it.
    dependencies = [
        ("lookups", "0010_attempts_of_proved_calls"),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="left_out",
            field=models.JSONField(null=True),
        ),
    ]
