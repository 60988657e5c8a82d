"""Requests that take the place of others: at once, never one too many, and none that may not go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from lookups import ledger, lifecycle, progress, pull, recording, relay, writing
from lookups.flight import Flight
from lookups.models import Credential, Fetch, LookupItem, Worker
from lookups.runner import Runner
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


def up_to(count: int) -> ledger.Ahead:
    """So many more of each credential, to hold ready."""
    return lambda credential: count


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
            Runner(name=f"worker {number}", concurrency=8).run_until_idle()
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
    assert progress.of(lookup).ended == phonon.asked == 60
    assert phonon.most <= 3


def test_a_place_that_is_given_to_two_is_found_out(
    look_up, team, make_credential, phonon, monkeypatch
):
    """The planted fault: it is noted as free although another request has taken it."""
    monkeypatch.setattr("lookups.ledger.claims.pass_on", lambda landed: None)
    monkeypatch.setattr("lookups.ledger.settling.pass_on", lambda landed: None)
    narrow = make_credential(team, label="narrow", max_uuids=1, max_concurrent=3)
    look_up("\n".join(some_uuids(12)), narrow)
    phonon.most_wanted = 3
    # Those that take the place of the first three stay until one too many has come.
    phonon.before = lambda number, uuids: number <= 3 or phonon.is_crowded.wait(5)
    work_beside_each_other(3)
    assert phonon.is_crowded.is_set()


def test_the_next_request_is_sent_without_another_claim(look_up, one_at_once, phonon, monkeypatch):
    claim, claims = ledger.claim, []

    def once(**wanted):
        claims.append(wanted)
        return claim(**wanted) if len(claims) == 1 else []

    monkeypatch.setattr(ledger, "claim", once)
    look_up("\n".join(some_uuids(2)), one_at_once)
    Runner(name="relaying", concurrency=4).run_until_idle()
    assert phonon.asked == 2
    assert phonon.most == 1


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
    Runner(name="relaying", concurrency=4).run_until_idle()
    assert phonon.asked == 1
    waiting = Fetch.objects.exclude(pk=Fetch.objects.order_by("pk").first().pk)
    assert {fetch.tries for fetch in waiting} <= {0, 1}
    assert not waiting.filter(state=Fetch.State.CLAIMED).exists()
    if what != "cancelled":
        assert {(one.state, one.tries) for one in waiting} == {(Fetch.State.QUEUED, 0)}


def test_a_relay_that_does_not_ask_is_found_out(look_up, one_at_once, phonon, monkeypatch):
    """The planted fault: what was claimed ahead is sent whatever has happened since."""
    monkeypatch.setattr(relay, "_may_follow", lambda fetch: True)
    look_up("\n".join(some_uuids(4)), one_at_once)
    mine = Credential.objects.filter(pk=one_at_once.pk)
    phonon.before = lambda number, uuids: in_a_thread(
        lambda: mine.update(state=Credential.State.PAUSED)
    )
    Runner(name="relaying", concurrency=4).run_until_idle()
    assert phonon.asked > 1


def test_after_an_answer_that_is_none_the_next_waits_for_a_claim(
    look_up, team, make_credential, phonon, monkeypatch
):
    followed = []
    monkeypatch.setattr(relay.Relay, "_follow", lambda self, landed: followed.append(landed))
    broken = make_credential(team, label="broken", query="fault=500", max_uuids=1, max_concurrent=1)
    look_up("\n".join(some_uuids(3)), broken)
    Runner(name="relaying", concurrency=4).run_until_idle()
    assert phonon.asked
    assert not followed


def test_a_worker_that_stops_gives_back_what_waits_and_counts_no_try(look_up, one_at_once, phonon):
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
    Runner(name="stopping", concurrency=4).run(should_stop=should_stop)
    assert phonon.asked == progress.of(lookup).found == 1
    assert list(Fetch.objects.filter(state=Fetch.State.QUEUED).values_list("tries", flat=True)) == [
        0, 0, 0,
    ]  # fmt: skip
    assert lookup.items.filter(outcome=LookupItem.Outcome.PENDING).count() == 3


def test_a_claim_ahead_of_one_team_keeps_no_other_team_waiting(
    look_up, team, other_team, make_credential
):
    for owner, label in ((team, "one"), (other_team, "other")):
        look_up("\n".join(some_uuids(6)), make_credential(owner, label=label, max_uuids=1))
    claimed = ledger.claim(worker="one", limit=2, ahead=up_to(4))
    assert [fetch.is_in_flight for fetch in claimed] == [True, True]
    assert {fetch.team_id for fetch in claimed} == {team.pk, other_team.pk}


def test_a_claim_ahead_leaves_to_another_worker_what_it_has_a_place_for(
    look_up, team, make_credential
):
    for name in ("one", "two"):
        Worker.objects.create(name=name, started_at=timezone.now(), seen_at=timezone.now())
    eight = make_credential(team, label="eight", max_uuids=1, max_concurrent=8)
    look_up("\n".join(some_uuids(9)), eight)
    claimed = ledger.claim(worker="one", limit=8, ahead=up_to(4))
    assert [fetch.is_in_flight for fetch in claimed] == [True] * 4 + [False]
    claimed = ledger.claim(worker="two", limit=8, ahead=up_to(4))
    assert [fetch.is_in_flight for fetch in claimed] == [True] * 4


def test_the_last_requests_of_a_lookup_are_held_ready_in_equal_parts(
    look_up, team, make_credential
):
    for name in ("one", "two"):
        Worker.objects.create(name=name, started_at=timezone.now(), seen_at=timezone.now())
    eight = make_credential(team, label="eight", max_uuids=1, max_concurrent=8)
    look_up("\n".join(some_uuids(12)), eight)
    for name, ahead in (("one", 2), ("two", 1)):
        claimed = ledger.claim(worker=name, limit=8, ahead=up_to(4))
        assert [fetch.is_in_flight for fetch in claimed] == [True] * 4 + [False] * ahead


def test_claims_go_ahead_beside_a_team_that_has_all_its_places(
    look_up, team, other_team, make_credential
):
    for owner, label in ((team, "one"), (other_team, "other")):
        only = make_credential(owner, label=label, max_uuids=1, max_concurrent=1)
        look_up("\n".join(some_uuids(6)), only)
    claimed = ledger.claim(worker="one", limit=8, ahead=up_to(4))
    ahead = [fetch.team_id for fetch in claimed if not fetch.is_in_flight]
    assert sorted(ahead) == sorted([team.pk, other_team.pk])
    assert len(claimed) == 4


def test_what_is_claimed_ahead_takes_the_place_of_one_that_lands_during_the_claim(
    look_up, one_at_once, phonon, monkeypatch
):
    lookup = look_up("\n".join(some_uuids(2)), one_at_once)
    runner = Runner(name="late", concurrency=4)
    second_claim, second_sent = threading.Event(), threading.Event()
    claim, read, claims = ledger.claim, pull.RawReply.read, []

    def sending(number: int, uuids: Sequence[str]) -> None:
        if number == 1:
            assert second_claim.wait(5)
        else:
            second_sent.set()

    def claiming(**wanted: object) -> list[Fetch]:
        claims.append(wanted)
        if len(claims) == 1:
            return claim(**wanted | {"ahead": None})
        found = claim(**wanted)
        second_claim.set()
        while len(claims) == 2 and not runner.flights[0].has_landed:
            threading.Event().wait(0.001)
        return found

    def reading(raw: pull.RawReply) -> pull.Reply:
        assert second_sent.wait(5)
        return read(raw)

    phonon.before = sending
    monkeypatch.setattr(ledger, "claim", claiming)
    monkeypatch.setattr(pull.RawReply, "read", reading)
    runner.run_until_idle()
    assert progress.of(lookup).found == 2
    assert phonon.most == 1
    # It was not given back and claimed again for it.
    assert [fetch.token for fetch in Fetch.objects.all()] == [1, 1]


@pytest.fixture
def claims_while_it_decides(look_up, team, make_credential, phonon, monkeypatch):
    """A worker that tells the ledger of a landed request while its relay decides about another."""
    two = make_credential(team, label="two", max_uuids=1, max_concurrent=2)
    look_up("\n".join(some_uuids(3)), two)
    is_deciding, is_told = threading.Event(), threading.Event()
    claim, may_follow = ledger.claim, ledger.may_follow

    def sending(number: int, uuids: Sequence[str]) -> None:
        if number == 2:
            assert is_deciding.wait(5)

    def deciding(fetch: Fetch) -> bool:
        is_deciding.set()
        # Meanwhile the other one lands, and the ledger is told so.
        assert is_told.wait(5)
        return may_follow(fetch)

    def claiming(**wanted: object) -> list[Fetch]:
        found = claim(**wanted)
        if wanted["landed"]:
            is_told.set()
        return found

    phonon.before = sending
    monkeypatch.setattr(ledger, "may_follow", deciding)
    monkeypatch.setattr(ledger, "claim", claiming)
    return Runner(name="deciding", concurrency=4)


def tokens() -> list[int]:
    """How often each request was claimed."""
    assert all(fetch.state == Fetch.State.DONE for fetch in Fetch.objects.all())
    return [fetch.token for fetch in Fetch.objects.all()]


def test_a_claim_does_not_close_the_place_that_another_request_is_about_to_take(
    claims_while_it_decides,
):
    claims_while_it_decides.run_until_idle()
    assert tokens() == [1, 1, 1]


def test_a_place_that_is_closed_before_it_is_taken_is_found_out(
    claims_while_it_decides, monkeypatch
):
    """The planted fault: with those that landed all are closed, and what waits is claimed anew."""
    runner, close = claims_while_it_decides, relay.Relay.close

    def close_all(one: relay.Relay, left: Sequence[Flight]) -> list[Fetch]:
        return close(
            one, [flight for flight in runner.flights if flight.has_landed] if left else []
        )

    monkeypatch.setattr(relay.Relay, "close", close_all)
    runner.run_until_idle()
    assert tokens() == [1, 1, 2]


def in_flight() -> list[Fetch]:
    return list(Fetch.objects.filter(state=Fetch.State.CLAIMED, is_in_flight=True))


def test_places_are_passed_on_in_the_ledger(look_up, team, make_credential):
    two = make_credential(team, label="two", max_uuids=1, max_concurrent=2)
    look_up("\n".join(some_uuids(5)), two)
    first, second, third, fourth = ledger.claim(worker="one", limit=2, ahead=up_to(2))
    assert in_flight() == [first, second]
    # The third took the first one's place and has landed too; the fourth took its place.
    first.successor, third.successor = third, fourth
    assert ledger.claim(worker="one", limit=1, landed=[first, third]) == []
    assert in_flight() == [second, fourth]


def test_a_place_is_passed_on_with_the_answer_where_no_claim_told_of_it(look_up, one_at_once):
    look_up("\n".join(some_uuids(2)), one_at_once)
    first, second = ledger.claim(worker="one", limit=1, ahead=up_to(1))
    first.successor = second
    assert ledger.claim(worker="one", limit=1, landed=[first]) == []  # nothing waits
    writing.write([(first, recording.prepare(first, nothing_known_of(first)))])
    assert in_flight() == [second]


def test_a_place_is_passed_on_where_the_answer_is_set_aside(look_up, one_at_once):
    look_up("\n".join(some_uuids(2)), one_at_once)
    first, second = ledger.claim(worker="one", limit=1, ahead=up_to(1))
    first.successor = second
    Fetch.objects.filter(pk=first.pk).update(token=first.token + 1, worker="another")
    writing.write([(first, recording.prepare(first, nothing_known_of(first)))])
    assert in_flight() == [first, second]


def nothing_known_of(fetch: Fetch) -> pull.Reply:
    return pull.Reply(
        http_status=200, code=213, message="", bytes=1, milliseconds=1, calls={},
        missing=ledger.uuids_of(fetch), unasked=0,
    )  # fmt: skip


def test_what_waits_beside_a_request_that_does_not_land_goes_to_other_workers(
    look_up, team, other_team, make_credential, phonon, monkeypatch
):
    """Also while another team's requests land here without an end."""
    monkeypatch.setattr("lookups.runner.STILL_SECONDS", 0.2)
    busy = make_credential(other_team, label="busy", max_uuids=1, max_concurrent=1)
    without_end = look_up("\n".join(some_uuids(500, seed=2)), busy)
    two = make_credential(team, label="two", max_uuids=1, max_concurrent=2)
    lookup = look_up("\n".join(some_uuids(4)), two)
    is_over = threading.Event()
    first = lookup.items.order_by("position").first()

    def stay(number: int, uuids: Sequence[str]) -> None:
        is_over.wait(20 if first.uuid in uuids else 0.02)

    phonon.before = stay

    def all_others_have_ended() -> bool:
        return not lookup.items.exclude(pk=first.pk).filter(
            outcome=LookupItem.Outcome.PENDING
        ).exists()  # fmt: skip

    def work(number: int) -> None:
        try:
            Worker.objects.create(
                name=f"{number}", seen_at=timezone.now(), started_at=timezone.now()
            )
            Runner(name=f"{number}", concurrency=8).run(should_stop=all_others_have_ended)
        finally:
            is_over.set()
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert progress.of(lookup).pending == 0
    assert progress.of(without_end).pending
