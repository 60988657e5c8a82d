"""Retiring a credential for good."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from lookups import audit, ledger
from lookups.models import Credential, Lookup, User

LABEL_LENGTH = 80
RETIRED = "This credential is retired. Add a new one instead."


def retire(credential: Credential, *, by: User | None) -> None:
    """Takes the credential out of use for good and deletes its ids. Its calls stay.

    Raises ValidationError while it has requests that wait or are in flight, and when another
    credential has the label that it would get.
    """
    label = retired_label(credential)
    try:
        _retire_as(label, credential, by=by)
    except IntegrityError:
        raise ValidationError(
            f"Another credential has the label “{label}”, which this one would get. "
            "Change that one's label first."
        ) from None


def _retire_as(label: str, credential: Credential, *, by: User | None) -> None:
    with transaction.atomic():
        # A lookup that is being submitted holds this lock until its requests are committed.
        Credential.objects.select_for_update().get(pk=credential.pk)
        if ledger.has_open_requests(credential):
            raise ValidationError(
                "Lookups are still running with this credential. Cancel them, or wait for them."
            )
        Credential.objects.filter(pk=credential.pk).update(
            state=Credential.State.RETIRED,
            label=label,
            security_id_sealed="",
            flow_id_sealed="",
            flow_id_hint="",
            ids_set_at=None,
        )
        Lookup.objects.filter(credential=credential).end_watch("Its credential was retired.")
        audit.record(audit.Event.CREDENTIAL_RETIRED, by=by, team=credential.team, about=credential)


def retired_label(credential: Credential) -> str:
    """Its label with the day and its number, so that a new credential can take the label."""
    mark = f" (retired {timezone.localdate():%d %b %Y}, no. {credential.pk})"
    return credential.label[: LABEL_LENGTH - len(mark)] + mark
