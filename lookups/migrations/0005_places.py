from django.db import migrations, models


def sent_and_not_answered(apps, schema_editor):
    Fetch = apps.get_model("lookups", "Fetch")
    Fetch.objects.filter(state="claimed", is_answered=False).update(is_in_flight=True)


class Migration(migrations.Migration):
    dependencies = [
        ("lookups", "0004_watch"),
    ]

    operations = [
        migrations.AddField(
            model_name="fetch",
            name="is_in_flight",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(sent_and_not_answered, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="fetch",
            name="is_answered",
        ),
    ]
