from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("lookups", "0006_calls_by_uuid"),
    ]

    operations = [
        migrations.RemoveField(model_name="attempt", name="team"),
        migrations.RemoveField(model_name="call", name="fetch"),
    ]
