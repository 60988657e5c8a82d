"""Claim → pull → read → record → settle.

A pool of threads pulls, one thread reads, and the caller's does the rest, alone with the database:
no transaction is open while a request is in flight. Reading and writing go in turn, because threads
that compute beside each other take the interpreter from one another, also from one in the middle of
a transaction.
"""

import gc
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import InternalError, connection, transaction
from django.utils import timezone

from lookups import credentials, ledger, locks, pull, recording, uploads, wake, watching, writing
from lookups.flight import Flight
from lookups.models import Fetch, Lookup, Worker
from lookups.placing import Placer
from lookups.relay import Relay
from lookups.writing import DATABASE_AWAY, Answer

log = logging.getLogger(__name__)

# A lookup of one request starts at once when a worker has nothing else to do.
IDLE_SECONDS = 0.05
# How often SQLite is asked meanwhile whether anybody has written.
GLANCE_SECONDS = 0.01
HEARTBEAT_SECONDS = 5
SWEEP_SECONDS = 5
TIDY_SECONDS = 3600
COLLECT_SECONDS = 10
# How often a worker with work calls another.
CALL_SECONDS = 1
WATCH_SECONDS = 10
# Requests of a credential that a worker holds ready: about as many as land while it or another one
# writes.
AHEAD = 4
# Who has more replies to read and write leaves new requests to workers with less to do. Half of it
# lands while one transaction is written, and is no reason to let places stand empty.
BEHIND = 2 * writing.TOGETHER
# After so long without one of a credential that was sent or has landed, others may do what waits.
STILL_SECONDS = 3
# How long a stop waits for requests in flight before it gives them back.
GRACE_SECONDS = 10


def nap() -> None:
    """Waits until another process has written to the database, where it can tell, or a moment."""
    until = time.monotonic() + IDLE_SECONDS
    before = _data_version()
    while time.monotonic() < until:
        time.sleep(GLANCE_SECONDS)
        if before != _data_version():
            return


def _data_version() -> int:
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        return int(cursor.execute("PRAGMA data_version").fetchone()[0])


class Runner:
    """Works the ledger until told to stop. With `lookup`, only that lookup's requests."""

    def __init__(self, *, name: str, concurrency: int, lookup: Lookup | None = None) -> None:
        self.name = name
        self.concurrency = concurrency
        self.lookup = lookup
        self.flights: list[Flight] = []
        self._is_idle = False
        # When a request was sent or has landed, by credential.
        self._moved_at: dict[int, float] = {}
        self._should_stop: Callable[[], bool] = lambda: False
        # Told to other threads, as the question itself may ask the database.
        self._is_stopping = False
        # A request has landed, or its reply is read.
        self._news = threading.Event()
        self._place = Placer(worker=name, lookup=lookup)
        self._clients = _ClientPerThread()
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="pull")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="read")
        self._relay = Relay(self._send, decided=self._news.set)
        self._every = _Every()

    def run(self, *, should_stop: Callable[[], bool], rest: Callable[[], None] = nap) -> None:
        """Works until `should_stop()`; then finishes what is in flight, or gives it back.

        With nothing to do it calls `rest` and looks again after it.
        """
        self._should_stop = should_stop
        try:
            while not self._stops():
                self._guarded(self._turn)
                if self._is_idle:
                    self._guarded(rest)
        finally:
            # Also where an error ended the loop.
            self._is_stopping = True
            self._relay.stop()
            self._guarded(self._land)
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._reader.shutdown()
            self._clients.close()

    def run_until_idle(self) -> None:
        """Works until nothing is claimable and nothing is in flight."""
        self.run(should_stop=lambda: self._is_idle, rest=lambda: None)

    def _stops(self) -> bool:
        self._is_stopping = self._is_stopping or self._should_stop()
        return self._is_stopping

    def _turn(self) -> None:
        self._do_chores()
        if self._should_read_on():
            self._work_off()
            return
        self._launch()
        # While requests are in flight there is time to place what is still to be read.
        has_placed = self._place()
        self._is_idle = not (self.flights or self._relay.fetches() or has_placed)
        if self.flights and not self._work_off():
            self._news.wait(0 if has_placed else IDLE_SECONDS)
            self._news.clear()

    def _do_chores(self) -> None:
        self._every("collect", COLLECT_SECONDS, gc.collect)
        self._every("sweep", SWEEP_SECONDS, ledger.expire)
        self._every("renew", settings.LEASE_SECONDS / 3, self._renew)
        if self.lookup is None:
            self._every("heartbeat", HEARTBEAT_SECONDS, self._heartbeat)
            self._every("tidy", TIDY_SECONDS, self._tidy)
            self._every("watch", WATCH_SECONDS, watching.ask_due)

    def _has_news(self) -> bool:
        """Whether a request has landed of which the ledger does not know yet."""
        return any(one.is_news for one in self.flights)

    def _launch(self) -> None:
        self._put_back()
        landed = [one for one in self.flights if one.has_landed]
        is_behind = len(landed) > BEHIND
        # Who takes a place is settled before the place is given to the ledger.
        settled = [one for one in landed if one.fetch.is_in_flight and not one.is_followed]
        left = settled if self._has_news() else []
        claimed = ledger.claim(
            worker=self.name,
            limit=0 if is_behind else self.concurrency - len(self.flights),
            ahead=None if is_behind else self._ahead,
            lookup=self.lookup,
            landed=self._relay.close(left),
        )
        uuids = ledger.uuids_of_each(claimed) if claimed else {}
        # What waits for a place first: what is sent may have landed before the next line.
        for fetch in sorted(claimed, key=lambda one: one.is_in_flight):
            if not uuids[fetch.pk]:
                # Its items were cancelled between being split and being claimed.
                ledger.drop(fetch)
            elif fetch.is_in_flight:
                self._send(fetch, uuids[fetch.pk])
            else:
                self._relay.add(fetch, uuids[fetch.pk])
        if claimed:
            self._follow_late()
        if claimed or is_behind:
            # Others are to have their part of the work, and one message wakes one worker.
            self._every("call", CALL_SECONDS, wake.workers)

    def _follow_late(self) -> None:
        """Has what was just claimed ahead take the places of those that landed meanwhile."""
        for flight in list(self.flights):
            if flight.is_news and isinstance(flight.landed, pull.RawReply):
                self._have_followed(flight, flight.landed)

    def _have_followed(self, flight: Flight, landed: pull.RawReply) -> None:
        is_full = len(self.flights) >= self.concurrency + writing.TOGETHER
        if not (is_full or self._is_stopping):
            self._relay.follow(flight, landed)

    def _ahead(self, credential: int) -> int:
        """How many requests to claim for its places that are still to become free here."""
        waiting = self._relay.waiting()[credential]
        is_wanted = waiting <= AHEAD // 2 and self._is_moving(credential)
        return AHEAD - waiting if is_wanted else 0

    def _is_moving(self, credential: int) -> bool:
        """Whether its requests are landing, so that what waits for their places does not wait long.

        Of one that is new here nothing is known yet.
        """
        now = time.monotonic()
        return now - self._moved_at.get(credential, now) < STILL_SECONDS

    def _put_back(self) -> None:
        """What waits here for a place goes back where none may be left to it soon."""
        flying = {
            one.fetch.credential_id for one in self.flights if one.is_followed or not one.has_landed
        }
        moving = {credential for credential in flying if self._is_moving(credential)}
        if back := self._relay.take_back(of=self._relay.waiting().keys() - moving):
            ledger.put_back(back)

    def _send(self, fetch: Fetch, uuids: list[str]) -> None:
        """Starts the pull of a claimed request; what went wrong before it is its answer too."""
        self._moved_at[fetch.credential_id] = time.monotonic()
        flight = Flight(fetch)
        # The relay adds to this list as well, from its own thread.
        self.flights.append(flight)
        try:
            access = credentials.access_to(fetch.credential)
        except credentials.CannotOpen as error:
            flight.landed = pull.PullError(str(error), action=pull.Action.PAUSE)
        else:
            self._pool.submit(self._pull, flight, access, uuids)

    def _pull(self, flight: Flight, access: pull.Access, uuids: list[str]) -> None:
        try:
            landed = self._clients.mine().ask(access, uuids, flight.fetch.lookup.fetch_attempt)
        except Exception as error:
            flight.landed = error
        else:
            self._moved_at[flight.fetch.credential_id] = time.monotonic()
            self._have_followed(flight, landed)
            flight.landed = landed
        self._news.set()

    def _work_off(self) -> bool:
        """Reads the next reply, or writes the answers so far; whether there was something to do.

        Between two of these steps new requests are sent, so that none waits for many.
        """
        # Who takes a place is settled before the place is gone: nothing has to wait for a claim.
        read = [one for one in self.flights if one.answer is not None and not one.is_followed]
        unread = self._unread()
        if unread and (len(read) < writing.TOGETHER or self._should_read_on()):
            self._read(unread)
        elif read:
            self._write(read[: writing.TOGETHER])
        return bool(unread or read)

    def _unread(self) -> Flight | None:
        landed = (one for one in self.flights if one.has_landed and one.answer is None)
        return next(landed, None)

    def _should_read_on(self) -> bool:
        """Whether a reply can be read while all else would wait for another writer to end.

        Not after a failure: others are to know of it soon.
        """
        has_failed = any(isinstance(one.answer, pull.PullError) for one in self.flights)
        return bool(self._unread()) and not has_failed and not locks.is_free()

    def _read(self, flight: Flight) -> None:
        """Has the reader find the answer, and sends the next requests meanwhile.

        A reply may take it longer than leases hold.
        """
        # A chore that finds the database away ends the turn: the next one goes on waiting.
        if not flight.reading:
            flight.reading = self._reader.submit(_answer_of, flight)
            flight.reading.add_done_callback(lambda _: self._news.set())
        began = time.monotonic()
        while not flight.reading.done():
            self._news.wait(settings.LEASE_SECONDS / 6)
            self._news.clear()
            if time.monotonic() - began > settings.LEASE_SECONDS / 6:
                self._do_chores()
            if not self._stops() and self._has_news():
                self._launch()
        flight.answer = flight.reading.result()

    def _write(self, flights: Sequence[Flight]) -> None:
        self._relay.close(flights)
        writing.write([(one.fetch, one.answer) for one in flights if one.answer is not None])
        for flight in flights:
            self.flights.remove(flight)

    def _renew(self) -> None:
        ledger.renew([*(one.fetch for one in self.flights), *self._relay.fetches()])

    def _heartbeat(self) -> None:
        now = timezone.now()
        if not Worker.objects.filter(name=self.name).update(seen_at=now):
            Worker.objects.create(name=self.name, seen_at=now, started_at=now)

    def _tidy(self) -> None:
        uploads.forget_old()
        Worker.objects.filter(seen_at__lt=timezone.now() - timedelta(days=1)).delete()

    def _land(self) -> None:
        """Waits for what is in flight, settles it, and gives the rest back."""
        until = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < until and not all(one.has_landed for one in self.flights):
            self._news.wait(IDLE_SECONDS)
            self._news.clear()
        ledger.put_back(self._relay.take_back(of=self._relay.waiting()))
        while self._work_off():
            pass
        for flight in list(self.flights):
            with transaction.atomic():
                try:
                    ledger.give_back(flight.fetch)
                except ledger.Fenced as fenced:
                    log.warning("%s", fenced)
            self.flights.remove(flight)
        if self.lookup is None:
            Worker.objects.filter(name=self.name).delete()

    def _guarded(self, step: Callable[[], None]) -> None:
        """A database that is locked, full or restarting is waited for; leases cover the gap."""
        try:
            step()
        except (*DATABASE_AWAY, InternalError) as error:
            # Internal is what PostgreSQL calls ending a transaction that was silent for too long.
            log.warning("The database did not answer, trying again: %s", error)
            connection.close()
            time.sleep(1)


def _answer_of(flight: Flight) -> Answer:
    """The rows of the reply, or what went wrong with it or before it."""
    try:
        return recording.prepare(flight.fetch, flight.reply())
    except pull.PullError as error:
        return error
    except Exception:
        # A reply that we cannot cope with must end its request, never the worker.
        log.exception("A reply could not be read")
        return pull.PullError(
            "The portal could not read Phonon's reply. The details are in its operator's log.",
            action=pull.Action.RETRY,
            was_sent=True,
        )


class _ClientPerThread:
    """One pull client, and so one connection kept alive, for each thread of the pool."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._all: list[pull.Client] = []

    def mine(self) -> pull.Client:
        if not hasattr(self._local, "client"):
            self._local.client = credentials.client()
            self._all.append(self._local.client)
        return self._local.client

    def close(self) -> None:
        for client in self._all:
            client.close()


class _Every:
    """Calls a chore when its interval has passed since it last began."""

    def __init__(self) -> None:
        self._due: dict[str, float] = {}

    def __call__(self, name: str, seconds: float, chore: Callable[[], object]) -> None:
        now = time.monotonic()
        if now >= self._due.get(name, 0):
            self._due[name] = now + seconds
            chore()
