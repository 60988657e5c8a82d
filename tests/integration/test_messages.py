"""The message "there is work": when it is posted, and that one is enough."""

import pytest
from django.db import connection, transaction

from lookups import credentials, ledger, lifecycle
from lookups.models import Credential, Fetch, Lookup
from tests import messages
from tests.uuids import some_uuids

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="messages need PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(autouse=True)
def no_messages(credential: Credential) -> None:
    """What other tests left and what making the credential posted."""
    messages.forget()


def test_a_submission_posts_one(look_up, credential):
    look_up("\n".join(some_uuids(3)), credential)
    assert messages.waiting() == 1


def test_two_submissions_leave_one(look_up, credential):
    look_up("\n".join(some_uuids(3, seed=1)), credential)
    look_up("\n".join(some_uuids(3, seed=2)), credential)
    assert messages.waiting() == 1


def test_a_submission_that_is_rolled_back_leaves_none(look_up, credential):
    with transaction.atomic():
        look_up("\n".join(some_uuids(3)), credential)
        transaction.set_rollback(True)
    assert not Lookup.objects.exists()
    assert messages.waiting() == 0


def test_a_lookup_that_needs_nothing_from_phonon_posts_none(look_up, credential, work, emulator):
    uuids = [uuid for uuid in some_uuids(20) if emulator.truth(uuid)]
    look_up("\n".join(uuids), credential)
    work()
    final = Fetch.objects.get().items.filter(call__is_final=True).values_list("uuid", flat=True)
    messages.forget()
    assert look_up("\n".join(final), credential).status == "done"
    assert messages.waiting() == 0


def test_asking_again_posts_one(look_up, credential, work, agent):
    lookup = look_up("\n".join(some_uuids(20)), credential)
    lifecycle.cancel(lookup, by=agent)
    messages.forget()
    assert lifecycle.retry(lookup, by=agent)
    assert messages.waiting() == 1


def test_a_credential_that_goes_on_posts_one(credential, manager):
    ledger.pause(credential, "not whitelisted")
    messages.forget()
    credentials.resume(credential, by=manager)
    assert messages.waiting() == 1
    messages.forget()
    credentials.resume(credential, by=manager)
    assert messages.waiting() == 0
    ledger.pause(credential, "not whitelisted")
    credential.refresh_from_db()
    credentials.save(credential, by=manager)
    assert messages.waiting() == 1


def test_messages_that_cannot_be_posted_keep_nobody_from_submitting(
    look_up, credential, monkeypatch, caplog
):
    def broken():
        raise RuntimeError("no such table")

    monkeypatch.setattr("lookups.wake._post", broken)
    assert look_up("\n".join(some_uuids(3)), credential).is_running
    assert "no such table" in caplog.text
