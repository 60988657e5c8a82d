import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def all_of_them_are_placed(apps, schema_editor):
    """Lookups from before uploads were kept have an item for every entry."""
    lookups = apps.get_model("lookups", "Lookup")
    lookups.objects.update(placed=models.F("entries"))


class Migration(migrations.Migration):
    dependencies = [
        ("lookups", "0001_start"),
    ]

    operations = [
        migrations.CreateModel(
            name="UploadPiece",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("data", models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name="lookup",
            name="choices",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="lookup",
            name="placed",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="lookup",
            name="placer",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="lookup",
            name="placer_until",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="lookup",
            name="refresh",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="lookupitem",
            name="read_as",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AlterField(
            model_name="fetch",
            name="state",
            field=models.CharField(
                choices=[
                    ("planned", "Being filled"),
                    ("queued", "Waiting"),
                    ("claimed", "In flight"),
                    ("done", "Replied"),
                    ("split", "Split in two"),
                    ("failed", "Failed"),
                    ("cancelled", "Cancelled"),
                ],
                default="queued",
                max_length=9,
            ),
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200)),
                ("size", models.PositiveBigIntegerField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lookups.team",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="lookup",
            name="upload",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.SET_NULL, to="lookups.upload"
            ),
        ),
        migrations.RunPython(all_of_them_are_placed, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="lookup",
            index=models.Index(
                condition=models.Q(("placed__lt", models.F("entries"))),
                fields=["placed"],
                name="lookup_to_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="lookup",
            constraint=models.CheckConstraint(
                condition=models.Q(("placed__lte", models.F("entries"))),
                name="no_more_is_placed_than_was_read",
            ),
        ),
        migrations.AddField(
            model_name="uploadpiece",
            name="upload",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pieces",
                to="lookups.upload",
            ),
        ),
        migrations.AddConstraint(
            model_name="uploadpiece",
            constraint=models.UniqueConstraint(
                fields=("upload", "number"), name="one_piece_per_number"
            ),
        ),
    ]
