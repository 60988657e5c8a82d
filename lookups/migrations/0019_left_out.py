from django.db import migrations, models


class Migration(migrations.Migration):
    # The column may be empty, so that neither database rewrites a row for it.
    dependencies = [
        ("lookups", "0018_invitations"),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="left_out",
            field=models.JSONField(null=True),
        ),
    ]
