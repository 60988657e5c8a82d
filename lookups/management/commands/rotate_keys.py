from typing import Any

from django.conf import settings

from lookups import credentials
from lookups.management.portal_command import Facts, PortalCommand, WrongUse


class Command(PortalCommand):
    help = "Seals every credential anew with the newest key, so that old keys can be taken away."

    def run(self, **_: Any) -> Facts:
        if not settings.CREDENTIAL_KEYS:
            raise WrongUse("CREDENTIAL_KEYS is empty. Put the new key first and keep the old.")
        return credentials.rotate(by=None)

    def words(self, facts: Facts) -> str:
        said = f"Sealed anew: {facts['rotated']}. Had the newest key already: {facts['already']}."
        if facts["unreadable"]:
            said += f" Not readable with any key: {facts['unreadable']}. Enter their ids again."
        return said

    def succeeded(self, facts: Facts) -> bool:
        return not facts["unreadable"]
