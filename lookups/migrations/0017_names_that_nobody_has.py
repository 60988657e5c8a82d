from django.db import migrations


def forget(apps, schema_editor):
    """Takes out of failed sign-ins what is no account's name: it may be a password in the wrong field."""
    events = apps.get_model("lookups", "AuditEvent").objects.filter(event="sign_in_failed")
    names = apps.get_model("lookups", "User").objects.values("username")
    events.exclude(about__in=names).update(about="unknown name")


class Migration(migrations.Migration):
    dependencies = [
        ("lookups", "0016_guesses"),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop, elidable=True),
    ]
