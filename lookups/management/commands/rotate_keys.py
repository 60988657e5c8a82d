"""`manage.py rotate_keys`: stored ids are sealed with the newest key."""

from typing import Any

from django.conf import settings

from lookups import credentials
from lookups.management.portal_command import Facts, PortalCommand, WrongUse


class Command(PortalCommand):
    help = (
        "Opens every stored id and seals it with the newest key; old keys can then be taken away."
    )

    def run(self, **_: Any) -> Facts:
        if not settings.CREDENTIAL_KEYS:
            raise WrongUse("CREDENTIAL_KEYS is empty. Put the new key first and keep the old.")
        return credentials.rotate(by=None)

    def words(self, facts: Facts) -> str:
        said = f"Sealed anew: {facts['rotated']}. Had the newest key already: {facts['already']}."
        if facts["unreadable"]:
            said += (
                f" Missing or not readable with any key: {facts['unreadable']}. Keep the old keys. "
                "`manage.py doctor` names them. Enter their ids again on the credentials page."
            )
        return said

    def succeeded(self, facts: Facts) -> bool:
        return not facts["unreadable"]
