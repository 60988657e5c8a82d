import uuid
from typing import Any

from django.db import migrations, models
from django.db.models import Exists, OuterRef

from lookups.migrations import _rebuilding


def one_nonce_each(apps: Any, schema_editor: Any) -> None:
    """On the way back: of lookups that share a nonce all but the first get one of their own."""
    lookups = apps.get_model("lookups", "Lookup").objects.using(schema_editor.connection.alias)
    earlier = lookups.filter(nonce=OuterRef("nonce"), pk__lt=OuterRef("pk"))
    for pk in lookups.filter(Exists(earlier)).order_by("pk").values_list("pk", flat=True):
        lookups.filter(pk=pk).update(nonce=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [
        ("lookups", "0012_references_held"),
    ]

    operations = [
        _rebuilding.AddConstraint(
            model_name="lookup",
            constraint=models.UniqueConstraint(
                fields=["asked_by", "team", "nonce"], name="one_lookup_per_form"
            ),
        ),
        _rebuilding.AlterField(
            model_name="lookup",
            name="nonce",
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        migrations.RunPython(migrations.RunPython.noop, one_nonce_each),
    ]
