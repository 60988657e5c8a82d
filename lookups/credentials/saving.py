"""Saving a credential: which values are good, and which columns are written."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from lookups import audit, pull, wake
from lookups.credentials.ids import WORDS, seal_into
from lookups.credentials.opening import why_closed
from lookups.credentials.retiring import RETIRED
from lookups.models import Credential, User
from lookups.models.taken import told

ID_PATTERN = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
SECURITY_ID_LENGTH = 64
FLOW_ID_LENGTH = 8
ENTERED = [
    "label", "endpoint_url", "api_version", "max_uuids", "max_concurrent", "requests_per_minute",
]  # fmt: skip
MENDED = [
    "state", "paused_reason", "paused_at", "learned_max_uuids", "failures_in_a_row", "open_until",
]  # fmt: skip
SEALED = ["security_id_sealed", "flow_id_sealed", "flow_id_hint", "ids_set_at"]


def save(
    credential: Credential, *, by: User | None, security_id: str = "", flow_id: str = ""
) -> Credential:
    """Checks, seals and stores a new or changed credential. An empty id keeps the stored one.

    A paused credential goes on, and is paused again if Phonon still refuses it. Raises
    ValidationError with a sentence per field, and when somebody else saved it first.
    """
    check(credential, security_id=security_id, flow_id=flow_id)
    credential.full_clean()
    is_new = credential.pk is None
    with told(credential):
        if is_new:
            credential.save()
        else:
            _save_changes(credential)
        if security_id or flow_id:
            _store_ids(credential, security_id, flow_id)
        audit.record(
            audit.Event.CREDENTIAL_SAVED,
            by=by,
            team=credential.team,
            about=credential,
            new=is_new,
            ids_entered=bool(security_id or flow_id),
            endpoint_url=credential.endpoint_url,
        )
        if not is_new:
            # Its requests may have waited for this.
            wake.workers()
    return credential


def _save_changes(credential: Credential) -> None:
    stored = Credential.objects.select_for_update().get(pk=credential.pk)
    if stored.state == Credential.State.RETIRED:
        raise ValidationError(RETIRED)
    if stored.version != credential.version:
        raise ValidationError(
            "Somebody else changed this credential meanwhile. Reload the page, then change it."
        )
    # The person may have mended what made it pause, fail or take fewer UUIDs.
    credential.state = Credential.State.ACTIVE
    credential.paused_reason, credential.paused_at = "", None
    credential.learned_max_uuids = None
    credential.failures_in_a_row, credential.open_until = 0, timezone.now()
    written = [*ENTERED, *MENDED, "version", "mended_at"]
    if credential.api_version == Credential.Version.ONE:
        credential.security_id_sealed = credential.flow_id_sealed = ""
        credential.flow_id_hint, credential.ids_set_at = "", None
        written += SEALED
    if _asks_elsewhere(credential, stored):
        credential.average_milliseconds = None
        written.append("average_milliseconds")
    credential.version += 1
    credential.mended_at = timezone.now()
    credential.save(update_fields=written)


def check(credential: Credential, *, security_id: str, flow_id: str) -> None:
    """Raises ValidationError, with a sentence per field, where a pull could not be made."""
    problems: dict[str, str] = {}
    try:
        pull.check_url(
            credential.endpoint_url,
            allowed_hosts=settings.PULL_ALLOWED_HOSTS,
            allow_private=settings.PULL_ALLOW_PRIVATE_ENDPOINTS,
        )
    except pull.EndpointRefused as refused:
        problems["endpoint_url"] = refused.sentence
    why = _why_both_are_needed(credential)
    for field, value in (("security_id", security_id), ("flow_id", flow_id)):
        if problem := _problem_with_id(credential, WORDS[field], value, why=why):
            problems[field] = problem
    if (security_id or flow_id) and not settings.CREDENTIAL_KEYS:
        problems["security_id"] = (
            "The portal has no key to seal it with. Ask its operator to set CREDENTIAL_KEYS."
        )
    if problems:
        raise ValidationError(problems)


def _problem_with_id(credential: Credential, words: str, value: str, *, why: str) -> str:
    if credential.api_version == Credential.Version.ONE:
        return f"Version 1 has no {words}. Leave it empty, or choose version 2." if value else ""
    if not value:
        return f"Version 2 needs the {words}. {why}" if why else ""
    if not ID_PATTERN.fullmatch(value):
        return f"A {words} has no spaces or line breaks. Copy it once more, whole."
    return ""


def _why_both_are_needed(credential: Credential) -> str:
    """Why both ids must be entered, in a sentence; "" where the stored ids serve."""
    stored = Credential.objects.filter(pk=credential.pk).first()
    if stored is None:
        return "Enter it."
    if _asks_elsewhere(credential, stored):
        return "Enter it again, because the endpoint has changed."
    if why_closed(stored):
        return "Enter it again, because the stored ids cannot be opened."
    return ""


def remarks(*, security_id: str, flow_id: str) -> list[str]:
    """Sentences about ids that can be saved but do not look like Phonon's."""
    found = []
    for words, value, length in (
        ("security ID", security_id, SECURITY_ID_LENGTH),
        ("flow ID", flow_id, FLOW_ID_LENGTH),
    ):
        if value and len(value) != length:
            found.append(
                f"The {words} you entered has {len(value)} characters; Phonon's have {length}. "
                "Test the credential to be sure."
            )
    return found


def _asks_elsewhere(credential: Credential, stored: Credential) -> bool:
    """Whether the endpoint is a new one, which the stored ids must never reach."""
    return (stored.endpoint_url, stored.api_version) != (
        credential.endpoint_url,
        credential.api_version,
    )


def _store_ids(credential: Credential, security_id: str, flow_id: str) -> None:
    # `rotate` may have sealed the other id anew since this row was read.
    credential.refresh_from_db(fields=["security_id_sealed", "flow_id_sealed", "flow_id_hint"])
    entered = {"security_id": security_id, "flow_id": flow_id}
    seal_into(credential, {field: secret for field, secret in entered.items() if secret})
    if flow_id:
        credential.flow_id_hint = flow_id[-2:]
    credential.ids_set_at = timezone.now()
    credential.save(update_fields=SEALED)
