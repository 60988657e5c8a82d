"""Credentials: save, test, pause, resume, retire, rotate. The only caller of `sealing`.

The security ID and the flow ID are sealed in the database and never leave this module except inside
the Access that a pull is made with.
"""

import re
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from lookups import audit, ledger, pull, sealing, wake
from lookups.models import Credential, Lookup, User

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
UNREADABLE = (
    "The stored security ID and flow ID cannot be opened with the portal's keys. "
    "Enter them again on the credentials page, or give the portal its old CREDENTIAL_KEYS back."
)


class CannotOpen(Exception):
    """The stored ids cannot be opened: the key is missing, or the row was altered."""


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
    with transaction.atomic():
        if is_new:
            credential.save()
        else:
            _save_changes(credential)
        if security_id or flow_id:
            _seal_into(credential, security_id, flow_id)
        audit.record(
            "credential_saved",
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
    if _asks_elsewhere(credential):
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
    needed = credential.api_version == Credential.Version.TWO and not _has_usable_ids(credential)
    for field, words, value in (
        ("security_id", "security ID", security_id),
        ("flow_id", "flow ID", flow_id),
    ):
        if problem := _problem_with_id(credential, words, value, needed=needed):
            problems[field] = problem
    if (security_id or flow_id) and not settings.CREDENTIAL_KEYS:
        problems["security_id"] = (
            "The portal has no key to seal it with. Ask its operator to set CREDENTIAL_KEYS."
        )
    if problems:
        raise ValidationError(problems)


def _problem_with_id(credential: Credential, words: str, value: str, *, needed: bool) -> str:
    if credential.api_version == Credential.Version.ONE:
        return f"Version 1 has no {words}. Leave it empty, or choose version 2." if value else ""
    if not value:
        again = " again, because the endpoint has changed" if credential.pk else ""
        return f"Version 2 needs the {words}. Enter it{again}." if needed else ""
    if not ID_PATTERN.fullmatch(value):
        return f"A {words} has no spaces or line breaks. Copy it once more, whole."
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


def _has_usable_ids(credential: Credential) -> bool:
    stored = credential.security_id_sealed and credential.flow_id_sealed
    return bool(stored) and not _asks_elsewhere(credential)


def _asks_elsewhere(credential: Credential) -> bool:
    """Whether the endpoint differs from the stored one; old ids must never reach a new endpoint."""
    stored = Credential.objects.filter(pk=credential.pk).first()
    return stored is not None and (stored.endpoint_url, stored.api_version) != (
        credential.endpoint_url,
        credential.api_version,
    )


def _seal_into(credential: Credential, security_id: str, flow_id: str) -> None:
    # The other id may have been sealed anew since this row was read.
    credential.refresh_from_db(fields=["security_id_sealed", "flow_id_sealed", "flow_id_hint"])
    if security_id:
        credential.security_id_sealed = _seal(credential, "security_id", security_id)
    if flow_id:
        credential.flow_id_sealed = _seal(credential, "flow_id", flow_id)
        credential.flow_id_hint = flow_id[-2:]
    credential.ids_set_at = timezone.now()
    credential.save(update_fields=SEALED)


def _place(credential: Credential, field: str) -> str:
    return f"team {credential.team_id}, credential {credential.pk}, {field}"


def _seal(credential: Credential, field: str, secret: str) -> str:
    return sealing.seal(secret, place=_place(credential, field), keys=settings.CREDENTIAL_KEYS)


def _open(credential: Credential, field: str) -> str:
    sealed = getattr(credential, f"{field}_sealed")
    if not sealed:
        return ""
    return sealing.open_sealed(
        sealed, place=_place(credential, field), keys=settings.CREDENTIAL_KEYS
    )


def access_to(credential: Credential) -> pull.Access:
    """What a pull with this credential needs. Raises CannotOpen when the ids do not open."""
    try:
        return pull.Access(
            endpoint_url=credential.endpoint_url,
            api_version=credential.api_version,
            flow_id=_open(credential, "flow_id"),
            security_id=_open(credential, "security_id"),
        )
    except sealing.SealError as error:
        raise CannotOpen(UNREADABLE) from error


def can_open(credential: Credential) -> bool:
    try:
        access_to(credential)
    except CannotOpen:
        return False
    return True


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
        audit.record("credential_tested", by=by, team=credential.team, about=credential, works=ok)
        if ok:
            resume(credential, by=by)
    credential.refresh_from_db()
    return ok, said


def _ask_for_one(credential: Credential) -> tuple[bool, str]:
    asking = client(total_seconds=TEST_SECONDS)
    try:
        reply = asking.pull(access_to(credential), [str(uuid4())], "LAST")
    except (pull.PullError, CannotOpen) as error:
        return False, getattr(error, "sentence", str(error))
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
            audit.record("credential_resumed", by=by, team=credential.team, about=credential)
            wake.workers()


def retire(credential: Credential, *, by: User | None) -> None:
    """Takes the credential out of use for good and forgets its ids. Its calls stay.

    Raises ValidationError while requests of it are still waiting or in flight.
    """
    with transaction.atomic():
        # A lookup that is being submitted holds this lock until its requests can be seen.
        Credential.objects.select_for_update().get(pk=credential.pk)
        if ledger.has_open_requests(credential):
            raise ValidationError(
                "Lookups are still running with this credential. Cancel them, or wait for them."
            )
        Credential.objects.filter(pk=credential.pk).update(
            state=Credential.State.RETIRED,
            label=_label_of_the_retired(credential),
            security_id_sealed="",
            flow_id_sealed="",
            flow_id_hint="",
            ids_set_at=None,
        )
        Lookup.objects.filter(credential=credential).end_watch("Its credential was retired.")
        audit.record("credential_retired", by=by, team=credential.team, about=credential)


def _label_of_the_retired(credential: Credential) -> str:
    """Its label with the day and its number, so that the label itself can be given again."""
    mark = f" (retired {timezone.localdate():%d %b %Y}, no. {credential.pk})"
    return credential.label[: LABEL_LENGTH - len(mark)] + mark


def rotate(*, by: User | None) -> dict[str, int]:
    """Seals every stored id anew under the newest key; counts of rows by what happened.

    Each credential is its own transaction, so a run that was stopped goes on where it ended.
    """
    counts = {"rotated": 0, "already": 0, "unreadable": 0}
    newest = settings.CREDENTIAL_KEYS[0][0] if settings.CREDENTIAL_KEYS else ""
    for pk in Credential.objects.exclude(security_id_sealed="").values_list("pk", flat=True):
        with transaction.atomic():
            credential = Credential.objects.select_for_update().get(pk=pk)
            counts[_rotate_one(credential, newest)] += 1
    audit.record("keys_rotated", by=by, **counts)
    return counts


def _rotate_one(credential: Credential, newest: str) -> str:
    sealed = (credential.security_id_sealed, credential.flow_id_sealed)
    if all(sealing.key_id_of(text) == newest for text in sealed):
        return "already"
    try:
        access = access_to(credential)
    except CannotOpen:
        return "unreadable"
    credential.security_id_sealed = _seal(credential, "security_id", access.security_id)
    credential.flow_id_sealed = _seal(credential, "flow_id", access.flow_id)
    credential.save(update_fields=["security_id_sealed", "flow_id_sealed"])
    return "rotated"
