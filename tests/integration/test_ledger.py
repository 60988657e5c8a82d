"""The ledger: one owner at a time, results once, nothing lost."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from lookups import credentials, ledger, lifecycle
from lookups.ledger import holding
from lookups.lifecycle.progress import progress_of, status
from lookups.models import Call, Credential, Fetch, LookupItem
from lookups.pull import Action
from tests.integration.claimed import answered, claim_one, fail, settle
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db


@pytest.fixture
def lookup(look_up, credential):
    return look_up("\n".join(some_uuids(6)), credential)


def test_a_request_is_claimed_by_one_worker_only(lookup):
    assert claim_one("one").worker == "one"
    assert ledger.claim(worker="two", limit=5) == []


def test_a_claim_counts_as_a_try_and_carries_a_lease(lookup):
    fetch = claim_one()
    assert (fetch.state, fetch.tries) == (Fetch.State.CLAIMED, 1)
    assert fetch.lease_until > timezone.now()


def test_settling_ends_the_items_the_request_and_the_lookup(lookup):
    fetch = claim_one()
    settle(fetch, answered(fetch, missing=2))
    lookup.refresh_from_db()
    now = progress_of(lookup)
    assert (now.found, now.not_found, now.pending) == (4, 2, 0)
    assert lookup.status == "done"
    assert lookup.ended_at is not None


def test_a_worker_that_lost_its_lease_writes_nothing(lookup):
    slow = claim_one("slow")
    Fetch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert ledger.expire() == 1
    quick = claim_one("quick")
    settle(quick, answered(quick))

    with pytest.raises(ledger.Fenced):
        settle(slow, answered(slow, missing=6))
    assert progress_of(lookup).found == 6


def test_an_expired_lease_is_given_back_and_a_renewed_one_is_not(lookup):
    fetch = claim_one()
    Fetch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    ledger.renew([fetch])
    assert ledger.expire() == 0
    Fetch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert ledger.expire() == 1
    assert Fetch.objects.get().state == Fetch.State.QUEUED


def test_a_request_that_keeps_losing_its_worker_fails_in_the_end(lookup):
    for _ in range(ledger.MAX_TRIES_EVER):
        claim_one()
        Fetch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        ledger.expire()
    assert Fetch.objects.get().state == Fetch.State.FAILED
    assert progress_of(lookup).failed == 6


def test_an_error_that_may_pass_is_tried_again_and_then_fails_with_its_sentence(lookup, settings):
    for _ in range(settings.PULL_MAX_TRIES):
        fail(claim_one(), Action.RETRY)
    assert ledger.claim(worker="one", limit=1) == []
    said = "It went wrong. It was tried 3 times. Retry it later."
    assert set(lookup.items.values_list("outcome", "reason")) == {("failed", said)}


def test_retry_after_is_waited_for(lookup):
    fail(claim_one(), Action.RETRY, retry_after=120)
    assert Fetch.objects.get().not_before > timezone.now() + timedelta(seconds=110)
    assert ledger.claim(worker="one", limit=1) == []


def test_every_try_asks_for_the_same_uuids_in_another_order(lookup):
    first = claim_one()
    before = ledger.uuids_of(first)
    fail(first, Action.REORDER)
    after = ledger.uuids_of(claim_one())
    assert after != before
    assert sorted(after) == sorted(before)


def test_what_needs_a_person_pauses_the_credential_and_the_work_waits(lookup, credential):
    fail(claim_one(), Action.PAUSE)
    credential.refresh_from_db()
    assert credential.state == Credential.State.PAUSED
    assert credential.paused_reason == "It went wrong."
    assert ledger.claim(worker="one", limit=1) == []
    assert progress_of(lookup).pending == 6
    lookup.refresh_from_db()
    assert status(lookup) == "waiting"


def test_a_poisoned_uuid_is_found_by_halving_and_the_others_succeed(lookup):
    poisoned = lookup.items.get(position=4).uuid
    while fetches := ledger.claim(worker="one", limit=1):
        if poisoned in ledger.uuids_of(fetches[0]):
            fail(fetches[0], Action.SPLIT)
        else:
            settle(fetches[0], answered(fetches[0]))
    assert progress_of(lookup).found == 5
    assert lookup.items.get(outcome=LookupItem.Outcome.FAILED).uuid == poisoned


def test_a_list_too_long_halves_the_batch_and_the_size_is_remembered(lookup, credential):
    fail(claim_one(), Action.SHRINK)
    credential.refresh_from_db()
    assert credential.batch_size == 3
    assert sorted(Fetch.objects.filter(state="queued").values_list("uuid_count", flat=True)) == [
        3,
        3,
    ]


def test_a_cancelled_request_in_flight_is_fenced_off(lookup):
    fetch = claim_one()
    with transaction.atomic():
        ledger.cancel(lookup)
    with pytest.raises(ledger.Fenced):
        settle(fetch, answered(fetch))
    assert progress_of(lookup).cancelled == 6


def test_the_database_refuses_a_uuid_asked_twice_in_one_lookup(lookup):

    twin = lookup.items.get(position=1)
    twin.pk, twin.position = None, 99
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_only_the_transitions_of_the_table_are_made(lookup):
    with pytest.raises(ValueError, match="cannot become"):
        holding.move(claim_one(), Fetch.State.CLAIMED)


def test_retry_after_rests_the_whole_credential(look_up, team, make_credential):
    told = make_credential(team, label="told", max_uuids=1)
    look_up("\n".join(some_uuids(4)), told)
    fail(claim_one(), Action.RETRY, retry_after=120, http_status=429)
    assert ledger.claim(worker="one", limit=4) == []
    told.refresh_from_db()
    assert told.open_until > timezone.now() + timedelta(seconds=110)
    assert Fetch.objects.get(tries=1).failures == 0


@pytest.mark.parametrize("how", [{"http_status": 500}, {"was_sent": True}], ids=["500", "cut off"])
def test_a_uuid_that_phonon_fails_on_is_found_by_halving_and_the_others_succeed(how, lookup):
    poisoned = lookup.items.get(position=2).uuid
    while fetches := ledger.claim(worker="one", limit=1):
        if poisoned in ledger.uuids_of(fetches[0]):
            fail(fetches[0], Action.RETRY, **how)
        else:
            settle(fetches[0], answered(fetches[0]))
        Credential.objects.update(open_until=timezone.now())
    assert progress_of(lookup).found == 5
    assert lookup.items.get(outcome=LookupItem.Outcome.FAILED).uuid == poisoned


def test_a_phonon_that_cannot_be_reached_is_not_asked_in_halves(lookup, settings):
    for _ in range(settings.PULL_MAX_TRIES):
        fail(claim_one(), Action.RETRY)
    assert Fetch.objects.count() == 1


def test_a_size_that_was_learned_never_grows_by_itself(look_up, team, make_credential):
    small = make_credential(team, label="small", max_uuids=8)
    Credential.objects.filter(pk=small.pk).update(learned_max_uuids=2)
    small.refresh_from_db()
    look_up("\n".join(some_uuids(2)), small)
    Fetch.objects.update(uuid_count=8)
    fail(claim_one(), Action.SHRINK)
    small.refresh_from_db()
    assert small.learned_max_uuids == 2


def test_an_error_asked_for_before_the_mend_pauses_nothing(lookup, credential, manager):
    fetch = claim_one()
    credentials.save(credential, by=manager)
    fail(fetch, Action.PAUSE)
    credential.refresh_from_db()
    assert credential.state == Credential.State.ACTIVE
    assert Fetch.objects.get().state == Fetch.State.QUEUED


def test_a_refresh_that_is_cancelled_or_fails_keeps_what_was_found(lookup, agent, settings):
    fetch = claim_one()
    settle(fetch, answered(fetch, missing=1))
    Call.objects.update(is_final=False)
    assert lifecycle.refresh(lookup, by=agent) == 6
    lifecycle.cancel(lookup, by=agent)
    now = progress_of(lookup)
    assert (now.found, now.cancelled) == (5, 1)

    lifecycle.retry(lookup, by=agent)
    lifecycle.refresh(lookup, by=agent)
    for _ in range(2 * settings.PULL_MAX_TRIES):
        for fetch in ledger.claim(worker="one", limit=1):
            fail(fetch, Action.FAIL)
    assert progress_of(lookup).found == 5
    assert lookup.items.filter(call__isnull=False).count() == 5


def test_a_lookup_with_a_retired_credential_is_not_asked_again(lookup, credential, agent, manager):
    fail(claim_one(), Action.FAIL)
    credentials.retire(credential, by=manager)
    with pytest.raises(lifecycle.Retired, match="retired"):
        lifecycle.retry(lookup, by=agent)
    lookup.refresh_from_db()
    assert lookup.status == "done"


def test_nothing_is_submitted_with_a_credential_that_was_retired_meanwhile(
    look_up, credential, manager
):
    credentials.retire(Credential.objects.get(), by=manager)
    with pytest.raises(lifecycle.Retired, match="retired"):
        look_up(some_uuids(1)[0], credential)
    assert not LookupItem.objects.exists()
    assert not Fetch.objects.exists()
