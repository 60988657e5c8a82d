from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lookups", "0019_left_out"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                condition=models.Q(("event", "numbers_searched")),
                fields=["by", "at"],
                name="audit_numbers_searched",
            ),
        ),
    ]
