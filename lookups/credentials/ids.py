"""The two ids of a credential, sealed in the database.

The ids leave this package inside the Access of a pull alone. Each is sealed for its team, its row,
its field and the origin of its endpoint (scheme, host and port): an endpoint that somebody changes
in the database gets no id, wherever it leads.
"""

from django.conf import settings

from lookups import pull, sealing
from lookups.models import Credential

WORDS = {"security_id": "security ID", "flow_id": "flow ID"}


def open_one(credential: Credential, field: str, version: sealing.Version = "v2") -> str:
    """The id that is stored in `field`. Raises SealError when it does not open, and EndpointRefused
    when the row's endpoint URL cannot be read."""
    return sealing.open_sealed(
        getattr(credential, f"{field}_sealed"),
        place=_place(credential, field, version),
        keys=settings.CREDENTIAL_KEYS,
        version=version,
    )


def seal_into(credential: Credential, ids: dict[str, str], version: sealing.Version = "v2") -> None:
    """Puts the ids into the row's fields, sealed under the newest key, and saves nothing.

    Raises NoKey without a key.
    """
    for field, secret in ids.items():
        place = _place(credential, field, version)
        sealed = sealing.seal(secret, place=place, keys=settings.CREDENTIAL_KEYS, version=version)
        setattr(credential, f"{field}_sealed", sealed)


def _place(credential: Credential, field: str, version: sealing.Version) -> str:
    place = f"team {credential.team_id}, credential {credential.pk}, {field}"
    return place if version == "v1" else f"{place}, {pull.origin(credential.endpoint_url)}"
