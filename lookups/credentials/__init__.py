"""Credentials: save, test, resume, retire, rotate."""

import re
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from lookups import audit, ledger, pull, wake
from lookups.credentials.ids import (
    WORDS,
    CannotOpen,
    access_to,
    reseal,
    rotate,
    seal_into,
    why_closed,
)
from lookups.models import Credential, Lookup, User
from lookups.models.taken import told

__all__ = [
    "RETIRED", "CannotOpen", "access_to", "check", "client", "remarks", "reseal", "resume",
    "retire", "rotate", "save", "test", "why_closed",
]  # fmt: skip

TEST_SECONDS = 15
LABEL_LENGTH = 80
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
RETIRED = "This credential is retired. Add a new one instead."


def save(
    credential: Credential, *, by: User | None, security_id: str = "", flow_id: str = ""
) -> Credential:
    """Checks, seals and stores a new or changed credential; blank ids keep the stored ones.

    Saving mends: a paused credential goes on, and is paused again if Phonon still refuses it.
    Raises ValidationError with a sentence per field, and when somebody else saved it first.
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
            # Requests may have waited for it to be mended.
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
    # A person has looked: what was learned or paused before says nothing of it now.
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
    """Raises ValidationError, a sentence per field, unless these values can make a pull."""
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
    """What to do, and why, where the stored ids do not serve; "" where they do."""
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
    """Whether the endpoint differs from the stored one; old ids must never reach a new endpoint."""
    return (stored.endpoint_url, stored.api_version) != (
        credential.endpoint_url,
        credential.api_version,
    )


def _store_ids(credential: Credential, security_id: str, flow_id: str) -> None:
    # The other id may have been sealed anew since this row was read.
    credential.refresh_from_db(fields=["security_id_sealed", "flow_id_sealed", "flow_id_hint"])
    entered = {"security_id": security_id, "flow_id": flow_id}
    seal_into(credential, {field: secret for field, secret in entered.items() if secret})
    if flow_id:
        credential.flow_id_hint = flow_id[-2:]
    credential.ids_set_at = timezone.now()
    credential.save(update_fields=SEALED)


def client(*, total_seconds: float | None = None) -> pull.Client:
    """A pull client under the portal's settings; the caller closes it. One per thread."""
    limits = pull.Limits(
        connect_seconds=settings.PULL_CONNECT_TIMEOUT_SECONDS,
        total_seconds=total_seconds or settings.PULL_TIMEOUT_SECONDS,
    )
    return pull.Client(
        limits=limits,
        allowed_hosts=settings.PULL_ALLOWED_HOSTS,
        allow_private=settings.PULL_ALLOW_PRIVATE_ENDPOINTS,
    )


def test(credential: Credential, *, by: User | None) -> tuple[bool, str]:
    """Asks Phonon for one made-up UUID; whether it works, and in words what came back.

    A credential that works and was paused goes on. Takes up to TEST_SECONDS.
    """
    if credential.state == Credential.State.RETIRED:
        return False, RETIRED
    ok, said = _ask_for_one(credential)
    with transaction.atomic():
        Credential.objects.filter(pk=credential.pk).update(
            last_test_at=timezone.now(), last_test_ok=ok, last_test_said=said
        )
        audit.record(
            audit.Event.CREDENTIAL_TESTED, by=by, team=credential.team, about=credential, works=ok
        )
        if ok:
            resume(credential, by=by)
    credential.refresh_from_db()
    return ok, said


def _ask_for_one(credential: Credential) -> tuple[bool, str]:
    asking = client(total_seconds=TEST_SECONDS)
    try:
        reply = asking.pull(access_to(credential), [str(uuid4())], "LAST")
    except (pull.PullError, CannotOpen) as refusal:
        return False, refusal.sentence
    finally:
        asking.close()
    return True, (
        f"It works. Phonon answered in {reply.milliseconds:,} ms with code {reply.code}, "
        f"“{reply.message}”; it was asked for a made-up UUID."
    )


def resume(credential: Credential, *, by: User | None) -> None:
    """Lets a paused credential go on: its waiting requests are claimable at once."""
    with transaction.atomic():
        resumed = Credential.objects.filter(pk=credential.pk, state=Credential.State.PAUSED).update(
            state=Credential.State.ACTIVE,
            paused_reason="",
            paused_at=None,
            failures_in_a_row=0,
            open_until=timezone.now(),
            mended_at=timezone.now(),
        )
        if resumed:
            audit.record(
                audit.Event.CREDENTIAL_RESUMED, by=by, team=credential.team, about=credential
            )
            wake.workers()


def retire(credential: Credential, *, by: User | None) -> None:
    """Takes the credential out of use for good and forgets its ids. Its calls stay.

    Raises ValidationError while requests of it are still waiting or in flight, and when another
    credential has the label that it would get.
    """
    label = _label_of_the_retired(credential)
    try:
        _retire_as(label, credential, by=by)
    except IntegrityError:
        raise ValidationError(
            f"Another credential has the label “{label}”, which this one would get. "
            "Change that one's label first."
        ) from None


def _retire_as(label: str, credential: Credential, *, by: User | None) -> None:
    with transaction.atomic():
        # A lookup that is being submitted holds this lock until its requests can be seen.
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


def _label_of_the_retired(credential: Credential) -> str:
    """Its label with the day and its number, so that the label itself can be given again."""
    mark = f" (retired {timezone.localdate():%d %b %Y}, no. {credential.pk})"
    return credential.label[: LABEL_LENGTH - len(mark)] + mark
