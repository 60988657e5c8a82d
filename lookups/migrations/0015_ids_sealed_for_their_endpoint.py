import sys
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import migrations
from django.db.models import Q

from lookups import credentials


def _seal(apps: Any, of: Any, to: Any) -> None:
    """Seals the ids of version `of` as version `to`, with the keys that the portal has.

    Ids that do not open stay as they are: a lost key must not keep the portal from its update.
    """
    sealed = Q(security_id_sealed__startswith=f"{of}.") | Q(flow_id_sealed__startswith=f"{of}.")
    rows = list(apps.get_model("lookups", "Credential").objects.filter(sealed).order_by("pk"))
    if rows and not settings.CREDENTIAL_KEYS:
        raise CommandError(
            f"The ids of {len(rows)} credentials must be sealed anew and CREDENTIAL_KEYS is empty. "
            "Give `migrate` the keys that the portal runs with. If they are lost, give it new ones "
            "(`python -m phonon_portal.keys` prints them) and enter the ids again."
        )
    left = [row for row in rows if not credentials.reseal(row, of=of, to=to)]
    if left:
        names = ", ".join(f"{row.team.slug}/{row.label}" for row in left)
        print(
            f"The ids of {len(left)} credentials do not open with CREDENTIAL_KEYS, so they could "
            f"not be sealed anew: {names}. Enter them again on the credentials page.",
            file=sys.stderr,
        )


def forth(apps: Any, schema_editor: Any) -> None:
    _seal(apps, of="v1", to="v2")


def back(apps: Any, schema_editor: Any) -> None:
    _seal(apps, of="v2", to="v1")


class Migration(migrations.Migration):
    dependencies = [
        ("lookups", "0014_one_account_per_name"),
    ]

    operations = [
        migrations.RunPython(forth, back),
    ]
