"""Slots at Phonon: never one request too many, and none that may not go any more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from lookups import credentials, ledger, lifecycle, pull
from lookups.lifecycle.progress import progress_of
from lookups.models import Credential, Fetch, LookupItem
from lookups.worker.held import HeldRequest
from lookups.worker.process import runner_for_all
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db(transaction=True)


class Phonon:
    """Counts what is asked, and does something before each request is sent."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = self.here = self.most = 0
        self.is_crowded = threading.Event()
        """Set once more are here than `most_wanted`."""
        self.most_wanted = 1_000
        self.before: Callable[[int, Sequence[str]], None] = lambda number, uuids: None
        self._lock = threading.Lock()
        ask = pull.Client.ask

        def counting(
            client: pull.Client, access: pull.Access, uuids: Sequence[str], *more: object
        ) -> pull.RawReply:
            with self._lock:
                self.asked += 1
                self.here += 1
                self.most = max(self.most, self.here)
                if self.here > self.most_wanted:
                    self.is_crowded.set()
                number = self.asked
            try:
                self.before(number, uuids)
                return ask(client, access, uuids, *more)  # type: ignore[arg-type]
            finally:
                with self._lock:
                    self.here -= 1

        monkeypatch.setattr(pull.Client, "ask", counting)


@pytest.fixture
def phonon(monkeypatch: pytest.MonkeyPatch) -> Phonon:
    return Phonon(monkeypatch)


@pytest.fixture
def one_at_once(team, make_credential):
    """A credential with which one UUID is asked for at a time."""
    return make_credential(team, label="one", max_uuids=1, max_concurrent=1)


def in_a_thread(work: Callable[[], object]) -> None:
    """Runs it on a connection of its own, as another process would."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def work_beside_each_other(workers: int) -> None:
    def work(number: int) -> None:
        try:
            runner_for_all(f"worker {number}", concurrency=8).run_until_idle()
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(workers)))


def test_three_workers_never_have_more_requests_at_phonon_than_it_is_to_get(
    look_up, team, make_credential, phonon
):
    narrow = make_credential(team, label="narrow", max_uuids=1, max_concurrent=3)
    lookup = look_up("\n".join(some_uuids(60)), narrow)
    work_beside_each_other(3)
    work_beside_each_other(1)  # each stops when it has nothing to do, so one may be left
    assert progress_of(lookup).ended == phonon.asked == 60
    assert phonon.most <= 3


def test_a_slot_that_is_given_away_too_early_is_found_out(
    look_up, team, make_credential, phonon, monkeypatch
):
    """The planted fault: the ledger is told that it is free while Phonon has the request."""
    monkeypatch.setattr(HeldRequest, "has_free_slot", property(lambda one: one.fetch.is_in_flight))
    narrow = make_credential(team, label="narrow", max_uuids=1, max_concurrent=3)
    look_up("\n".join(some_uuids(12)), narrow)
    phonon.most_wanted = 3
    # The first three stay until one too many has come.
    phonon.before = lambda number, uuids: number <= 3 and phonon.is_crowded.wait(5)
    work_beside_each_other(3)
    assert phonon.is_crowded.is_set()


@pytest.mark.parametrize("what", ["paused", "resting", "failing", "cancelled"])
def test_what_may_not_be_sent_any_more_is_not(what, look_up, one_at_once, agent, phonon):
    lookup = look_up("\n".join(some_uuids(4)), one_at_once)
    mine = Credential.objects.filter(pk=one_at_once.pk)
    far = timezone.now() + timezone.timedelta(hours=1)
    happening = {
        "paused": lambda: mine.update(state=Credential.State.PAUSED),
        "resting": lambda: mine.update(open_until=far),
        "failing": lambda: mine.update(failures_in_a_row=1, open_until=far),
        "cancelled": lambda: lifecycle.cancel(lookup, by=agent),
    }
    phonon.before = lambda number, uuids: in_a_thread(happening[what])
    runner_for_all("careful", concurrency=4).run_until_idle()
    assert phonon.asked == 1
    waiting = Fetch.objects.exclude(pk=Fetch.objects.order_by("pk").first().pk)
    assert {fetch.tries for fetch in waiting} <= {0, 1}
    assert not waiting.filter(state=Fetch.State.CLAIMED).exists()
    if what != "cancelled":
        assert {(one.state, one.tries) for one in waiting} == {(Fetch.State.QUEUED, 0)}


def test_a_worker_that_is_told_to_stop_sends_nothing_more(look_up, one_at_once, phonon):
    told, heard = threading.Event(), threading.Event()

    def tell(number: int, uuids: Sequence[str]) -> None:
        told.set()
        # Phonon answers once the worker knows that it is to stop.
        assert heard.wait(10)

    def should_stop() -> bool:
        if told.is_set():
            heard.set()
        return told.is_set()

    phonon.before = tell
    lookup = look_up("\n".join(some_uuids(4)), one_at_once)
    runner_for_all("stopping", concurrency=4).run(should_stop=should_stop)
    assert phonon.asked == progress_of(lookup).found == 1
    assert list(Fetch.objects.filter(state=Fetch.State.QUEUED).values_list("tries", flat=True)) == [
        0, 0, 0,
    ]  # fmt: skip
    assert lookup.items.filter(outcome=LookupItem.Outcome.PENDING).count() == 3


def test_a_request_is_sent_with_the_ids_that_were_saved_after_its_claim(
    look_up, credential, monkeypatch
):
    look_up("\n".join(some_uuids(2)), credential)
    sent, uuids_of_each, ask = [], ledger.uuids_of_each, pull.Client.ask

    def saving(claimed: Sequence[Fetch]) -> dict[int, list[str]]:
        same = Credential.objects.get(pk=credential.pk)
        credentials.save(same, by=None, security_id="the-new-one", flow_id="new-flow")
        return uuids_of_each(claimed)

    def noting(client: pull.Client, access: pull.Access, *more: object) -> pull.RawReply:
        sent.append(access.security_id)
        return ask(client, access, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(ledger, "uuids_of_each", saving)
    monkeypatch.setattr(pull.Client, "ask", noting)
    runner_for_all("current", concurrency=4).run(should_stop=lambda: bool(sent))
    assert sent == ["the-new-one"]


def test_a_worker_frees_no_slot_that_another_has_taken_over(look_up, one_at_once):
    look_up("\n".join(some_uuids(2)), one_at_once)
    [first] = ledger.claim(worker="one", limit=1)
    Fetch.objects.filter(pk=first.pk).update(token=first.token + 1, worker="another")
    assert ledger.claim(worker="one", limit=1, answered=[first]) == []
    assert Fetch.objects.get(pk=first.pk).is_in_flight
