from typing import Any

from django.db import migrations


def keep_as_they_came(apps: Any, schema_editor: Any) -> None:
    """PostgreSQL would pack each piece, which takes as long as all else of keeping it, and what is
    kept is gone soon."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE lookups_uploadpiece ALTER data SET STORAGE EXTERNAL")


class Migration(migrations.Migration):
    dependencies = [
        ("lookups", "0008_references_proved"),
    ]

    operations = [
        migrations.RunPython(keep_as_they_came, migrations.RunPython.noop),
    ]
