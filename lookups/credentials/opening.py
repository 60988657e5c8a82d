"""Opening a credential: the ids, and the client, that a pull with it needs."""

from django.conf import settings

from lookups import pull, sealing
from lookups.credentials.ids import WORDS, open_one
from lookups.models import Credential
from lookups.refusal import Refusal

UNREADABLE = (
    "The stored security ID and flow ID cannot be opened with the portal's keys. "
    "Enter them again on the credentials page, or give the portal its old CREDENTIAL_KEYS back."
)
ALTERED = (
    "The stored security ID and flow ID cannot be opened: they were sealed for another endpoint or "
    "with another key, or they were changed in the database. Check the endpoint URL, then enter "
    "both ids again on the credentials page."
)
OUTDATED = (
    "The stored security ID and flow ID cannot be opened: an older portal sealed them without "
    "their endpoint. Check the endpoint URL, then enter both ids again on the credentials page."
)
MISSING = (
    "The stored {} is missing, and version 2 needs it. "
    "Check the endpoint URL, then enter both ids again on the credentials page."
)


class CannotOpen(Refusal):
    """The stored ids are missing or do not open."""


def access_to(credential: Credential) -> pull.Access:
    """What a pull with this credential needs. Raises CannotOpen when the ids do not open."""
    # Version 1 has no ids: what its row may hold is neither opened nor sent.
    needs_ids = credential.api_version == Credential.Version.TWO
    return pull.Access(
        endpoint_url=credential.endpoint_url,
        api_version=credential.api_version,
        **(opened(credential) if needs_ids else {}),
    )


def why_closed(credential: Credential) -> str:
    """The sentence of CannotOpen where the ids do not open, else ""."""
    try:
        access_to(credential)
    except CannotOpen as error:
        return error.sentence
    return ""


def opened(credential: Credential) -> dict[str, str]:
    """Both ids by field. Raises CannotOpen when one is missing or does not open."""
    for field, words in WORDS.items():
        if not getattr(credential, f"{field}_sealed"):
            raise CannotOpen(MISSING.format(words))
    try:
        return {field: open_one(credential, field) for field in WORDS}
    except sealing.NoKey as error:
        raise CannotOpen(UNREADABLE) from error
    except sealing.Outdated as error:
        raise CannotOpen(OUTDATED) from error
    # No id was ever sealed for an endpoint URL that cannot be read.
    except (sealing.Altered, pull.EndpointRefused) as error:
        raise CannotOpen(ALTERED) from error


def client(*, total_seconds: float | None = None) -> pull.Client:
    """A pull client with the portal's limits. Each thread needs its own, and closes it."""
    limits = pull.Limits(
        connect_seconds=settings.PULL_CONNECT_TIMEOUT_SECONDS,
        total_seconds=total_seconds or settings.PULL_TIMEOUT_SECONDS,
    )
    return pull.Client(
        limits=limits,
        allowed_hosts=settings.PULL_ALLOWED_HOSTS,
        allow_private=settings.PULL_ALLOW_PRIVATE_ENDPOINTS,
    )
