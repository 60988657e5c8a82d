"""Testing a credential, and letting a paused one go on."""

from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from lookups import audit, pull, wake
from lookups.credentials.opening import CannotOpen, access_to, client
from lookups.credentials.retiring import RETIRED
from lookups.models import Credential, User

TEST_SECONDS = 15


def test(credential: Credential, *, by: User | None) -> tuple[bool, str]:
    """Asks Phonon for a made-up UUID. Returns whether that works, and a sentence on the answer.

    A paused credential that works goes on. Takes TEST_SECONDS at most.
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
    """Lets a paused credential go on: its requests can be claimed at once."""
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
