from collections import defaultdict
from typing import Any

from django.core.management import CommandError
from django.db import migrations, models
from django.db.models.functions import Upper

REFUSAL = (
    "Names of accounts may not differ by upper and lower case alone, and these do: {named}. "
    "Nothing was changed. Go on with the version from before, give all but one of them another "
    "name under /admin/, then run migrate again."
)


def refuse_doubles(apps: Any, schema_editor: Any) -> None:
    """Raises CommandError when two accounts have one name, whatever its case."""
    users = apps.get_model("lookups", "User").objects.using(schema_editor.connection.alias)
    alike = defaultdict(list)
    for name, upper in users.order_by("username").values_list("username", Upper("username")):
        alike[upper].append(name)
    doubles = ["“" + "” and “".join(names) + "”" for names in alike.values() if len(names) > 1]
    if doubles:
        raise CommandError(REFUSAL.format(named=", ".join(doubles)))


class Migration(migrations.Migration):
    dependencies = [
        ("lookups", "0013_nonces_of_a_person"),
    ]

    operations = [
        migrations.AlterModelManagers(name="user", managers=[]),
        migrations.RunPython(refuse_doubles, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                Upper("username"),
                name="one_account_per_name",
                violation_error_message="There is an account with this name already.",
            ),
        ),
        # The rest is what is said when a name is taken.
        migrations.AlterField(
            model_name="team",
            name="slug",
            field=models.SlugField(
                error_messages={
                    "unique": "There is a team with this slug already. Choose another."
                },
                unique=True,
            ),
        ),
        migrations.AlterConstraint(
            model_name="credential",
            name="one_credential_per_label",
            constraint=models.UniqueConstraint(
                fields=["team", "label"],
                name="one_credential_per_label",
                violation_error_message=(
                    "Your team has a credential with this label. Choose another."
                ),
            ),
        ),
    ]
