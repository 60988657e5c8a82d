"""The two ids of a credential, sealed in the database. The only caller of `sealing`.

They never leave this package except inside the Access that a pull is made with. Each is sealed for
its team, its row, its field and the origin of its endpoint (scheme, host and port). So an endpoint
that was changed in the database gets no id, wherever it leads.
"""

from django.conf import settings
from django.db import transaction

from lookups import audit, pull, sealing
from lookups.models import Credential, User
from lookups.refusal import Refusal

WORDS = {"security_id": "security ID", "flow_id": "flow ID"}
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
    # Version 1 has no ids; whatever stands in its row is neither opened nor sent.
    needs_ids = credential.api_version == Credential.Version.TWO
    return pull.Access(
        endpoint_url=credential.endpoint_url,
        api_version=credential.api_version,
        **(_opened(credential) if needs_ids else {}),
    )


def why_closed(credential: Credential) -> str:
    """A sentence on why a pull with this credential cannot have its ids; "" when it can."""
    try:
        access_to(credential)
    except CannotOpen as error:
        return error.sentence
    return ""


def _opened(credential: Credential) -> dict[str, str]:
    for field, words in WORDS.items():
        if not getattr(credential, f"{field}_sealed"):
            raise CannotOpen(MISSING.format(words))
    try:
        return {field: _open(credential, field) for field in WORDS}
    except sealing.NoKey as error:
        raise CannotOpen(UNREADABLE) from error
    except sealing.Outdated as error:
        raise CannotOpen(OUTDATED) from error
    # An endpoint URL that cannot be read is none that an id was ever sealed for.
    except (sealing.Altered, pull.EndpointRefused) as error:
        raise CannotOpen(ALTERED) from error


def _open(credential: Credential, field: str, version: sealing.Version = "v2") -> str:
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


def rotate(*, by: User | None) -> dict[str, int]:
    """Opens every stored id, and seals anew what is not under the newest key.

    Counts of credentials by what happened; `unreadable` are those that lack an id or do not open.
    Each credential is its own transaction, so a run that was stopped goes on where it ended.
    """
    counts = {"rotated": 0, "already": 0, "unreadable": 0}
    with_ids = Credential.objects.usable().filter(api_version=Credential.Version.TWO)
    for pk in with_ids.values_list("pk", flat=True):
        try:
            with transaction.atomic():
                counts[_rotate_one(pk)] += 1
        except CannotOpen:
            counts["unreadable"] += 1
    audit.record(
        audit.Event.KEYS_ROTATED,
        by=by,
        rotated=counts["rotated"],
        already=counts["already"],
        unreadable=counts["unreadable"],
    )
    return counts


def _rotate_one(pk: int) -> str:
    """Raises CannotOpen, also when what was stored anew does not open: then the old stays."""
    credential = Credential.objects.select_for_update().get(pk=pk)
    ids = _opened(credential)
    newest, _ = settings.CREDENTIAL_KEYS[0]
    sealed = (credential.security_id_sealed, credential.flow_id_sealed)
    if all(sealing.key_id_of(text) == newest for text in sealed):
        return "already"
    seal_into(credential, ids)
    credential.save(update_fields=["security_id_sealed", "flow_id_sealed"])
    _opened(Credential.objects.get(pk=pk))
    return "rotated"


def reseal(credential: Credential, *, of: sealing.Version, to: sealing.Version) -> bool:
    """Stores the ids sealed as version `to`; False where they do not open as version `of`.

    For the migration between the two versions alone: ids of `v1` open wherever the endpoint leads.
    """
    try:
        ids = {field: _open(credential, field, of) for field in WORDS}
        seal_into(credential, ids, to)
    except (sealing.SealError, pull.EndpointRefused):
        return False
    credential.save(update_fields=["security_id_sealed", "flow_id_sealed"])
    return True
