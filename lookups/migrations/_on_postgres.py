"""What these migrations change on PostgreSQL alone."""

from typing import Any

from django.db import migrations


class AlterFieldOnPostgres(migrations.AlterField):
    """On SQLite the table would be copied for it, and a check costs next to nothing there."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, *states)
