"""Sealing stored ids anew: under the newest key, or as another version."""

from django.conf import settings
from django.db import transaction

from lookups import audit, pull, sealing
from lookups.credentials.ids import WORDS, open_one, seal_into
from lookups.credentials.opening import CannotOpen, opened
from lookups.models import Credential, User

SEALED = ["security_id_sealed", "flow_id_sealed"]


def rotate(*, by: User | None) -> dict[str, int]:
    """Opens every stored id, and seals anew what is not under the newest key.

    Returns how many credentials were `rotated`, had the newest key `already`, or are `unreadable`,
    because an id is missing or does not open. Each credential has its own transaction, so that a
    run after one that was stopped does the rest.
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
    """What was done, as `rotate` counts it. Raises CannotOpen, which leaves the old ids, when they
    do not open before or after."""
    credential = Credential.objects.select_for_update().get(pk=pk)
    ids = opened(credential)
    newest, _ = settings.CREDENTIAL_KEYS[0]
    sealed = (credential.security_id_sealed, credential.flow_id_sealed)
    if all(sealing.key_id_of(text) == newest for text in sealed):
        return "already"
    seal_into(credential, ids)
    credential.save(update_fields=SEALED)
    opened(Credential.objects.get(pk=pk))
    return "rotated"


def reseal(credential: Credential, *, of: sealing.Version, to: sealing.Version) -> bool:
    """Stores the ids sealed as version `to`; False where they do not open as version `of`.

    For the migration between the two versions alone: ids of `v1` open wherever the endpoint leads.
    """
    try:
        ids = {field: open_one(credential, field, of) for field in WORDS}
        seal_into(credential, ids, to)
    except (sealing.SealError, pull.EndpointRefused):
        return False
    credential.save(update_fields=SEALED)
    return True
