"""Whatever happens to a worker, every UUID ends and no attempt is stored twice."""

import signal
from collections import Counter

import pytest

from lookups.emulator import Emulator
from lookups.models import Attempt, Call, Fetch, Lookup, LookupItem
from tests.processes import wait_until
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lookup(look_up, team, make_credential, slow_emulator) -> Lookup:
    slow = slow_emulator.url(2)
    narrow = make_credential(team, label="narrow", at=slow, max_uuids=3, max_concurrent=4)
    return look_up("\n".join(some_uuids(90)), narrow)


def violations(lookup: Lookup, emulator: Emulator) -> list[str]:
    """What was lost, left open, doubled or altered, compared with what the emulator knows."""
    found = []
    outcomes = dict(lookup.items.values_list("uuid", "outcome"))
    stored = Counter(Attempt.objects.values_list("call__uuid", flat=True))
    twins = Counter(Attempt.objects.values_list("call__uuid", "raw"))
    for uuid, outcome in outcomes.items():
        truth = emulator.truth(uuid)
        expected = "found" if truth else "not_found"
        if outcome != expected:
            found.append(f"{uuid} is {outcome}, should be {expected}")
        attempts = len(truth.attempts) if truth else 0
        if stored[uuid] != attempts:
            found.append(f"{uuid} has {stored[uuid]} attempts, should have {attempts}")
    found += [f"{uuid} has an attempt {n} times" for (uuid, _), n in twins.items() if n > 1]
    return found


def ended(lookup: Lookup) -> bool:
    return not Lookup.objects.running().filter(pk=lookup.pk).exists()


def some_done_and_some_in_flight() -> bool:
    states = Counter(Fetch.objects.values_list("state", flat=True))
    return states[Fetch.State.DONE] > 2 and states[Fetch.State.CLAIMED] > 0


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    lookup, start_worker, slow_emulator
):
    worker = start_worker()
    wait_until(some_done_and_some_in_flight)
    worker.kill()
    worker.wait()
    assert Fetch.objects.open().exists()

    start_worker()
    wait_until(lambda: ended(lookup))
    assert violations(lookup, slow_emulator) == []
    assert Fetch.objects.filter(tries__gt=1).exists()


def test_the_check_for_loss_and_doubling_sees_both(lookup, start_worker, slow_emulator):
    start_worker()
    wait_until(lambda: ended(lookup))
    assert violations(lookup, slow_emulator) == []

    # The planted faults: an attempt stored twice under another key, and a call that is gone.
    twin = Attempt.objects.first()
    twin.pk, twin.key = None, "another key"
    twin.save()
    assert any("2 times" in one for one in violations(lookup, slow_emulator))
    Call.objects.exclude(pk=twin.call_id).first().delete()
    assert any("has 0 attempts" in one for one in violations(lookup, slow_emulator))


def test_a_worker_told_to_stop_finishes_what_is_in_flight(lookup, start_worker, slow_emulator):
    worker = start_worker()
    wait_until(some_done_and_some_in_flight)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
    assert not Fetch.objects.filter(state=Fetch.State.CLAIMED).exists()
    done = LookupItem.objects.exclude(outcome=LookupItem.Outcome.PENDING).count()
    assert done == 3 * Fetch.objects.filter(state=Fetch.State.DONE).count()


def test_two_workers_share_a_lookup_and_ask_for_no_uuid_twice(lookup, start_worker, slow_emulator):
    start_worker()
    start_worker()
    wait_until(lambda: ended(lookup))
    assert violations(lookup, slow_emulator) == []
    assert slow_emulator.log.uuids == 90
