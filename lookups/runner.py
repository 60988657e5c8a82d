"""Claim → pull → record → settle.

One thread (the caller's) claims, records and settles; a pool of threads pulls. So one process
writes through one connection, no transaction is open while a request is in flight, and the pool's
threads never touch the database.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from lookups import credentials, ledger, pull, recording
from lookups.models import Fetch, Lookup, Worker

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.2
HEARTBEAT_SECONDS = 5
SWEEP_SECONDS = 5
# How long a stop waits for requests in flight before it gives them back.
GRACE_SECONDS = 10

DATABASE_AWAY = (OperationalError, InterfaceError)
CANNOT_STORE = "The portal could not store Phonon's reply. The details are in its operator's log."

Answer = pull.Reply | pull.PullError


@dataclass
class Flight:
    fetch: Fetch
    future: "Future[Answer]"


class Runner:
    """Works the ledger until told to stop. With `lookup`, only that lookup's requests."""

    def __init__(self, *, name: str, concurrency: int, lookup: Lookup | None = None) -> None:
        self.name = name
        self.concurrency = concurrency
        self.lookup = lookup
        self.flights: list[Flight] = []
        self._is_idle = False
        self._clients = _ClientPerThread()
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="pull")
        self._every = _Every()

    def run(self, *, should_stop: Callable[[], bool], idle_seconds: float = IDLE_SECONDS) -> None:
        """Works until `should_stop()`; then finishes what is in flight, or gives it back.

        With nothing to do it looks again after `idle_seconds`.
        """
        try:
            while not should_stop():
                self._guarded(self._turn)
                if self._is_idle:
                    time.sleep(idle_seconds)
        finally:
            self._guarded(self._land)
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._clients.close()

    def run_until_idle(self) -> None:
        """Works until nothing is claimable and nothing is in flight."""
        self.run(should_stop=lambda: self._is_idle, idle_seconds=0)

    def _turn(self) -> None:
        self._every("sweep", SWEEP_SECONDS, ledger.expire)
        self._every("renew", settings.LEASE_SECONDS / 3, self._renew)
        if self.lookup is None:
            self._every("heartbeat", HEARTBEAT_SECONDS, self._heartbeat)
        self._launch()
        self._is_idle = not self.flights
        if self.flights:
            wait([one.future for one in self.flights], IDLE_SECONDS, FIRST_COMPLETED)
            self._settle_landed()

    def _launch(self) -> None:
        free = self.concurrency - len(self.flights)
        if not free:
            return
        for fetch in ledger.claim(worker=self.name, limit=free, lookup=self.lookup):
            if uuids := ledger.uuids_of(fetch):
                self.flights.append(Flight(fetch, self._send(fetch, uuids)))
            else:
                # Its items were cancelled between being split and being claimed.
                ledger.drop(fetch)

    def _send(self, fetch: Fetch, uuids: list[str]) -> "Future[Answer]":
        """Starts the pull of a claimed request; what went wrong before it is its answer too."""
        try:
            access = credentials.access_to(fetch.credential)
        except credentials.CannotOpen as error:
            return _landed(pull.PullError(str(error), action=pull.Action.PAUSE))
        return self._pool.submit(self._pull, access, uuids, fetch.lookup.fetch_attempt)

    def _pull(self, access: pull.Access, uuids: list[str], fetch_attempt: str) -> Answer:
        try:
            return self._clients.mine().pull(access, uuids, fetch_attempt)
        except pull.PullError as error:
            return error
        except Exception:
            # A reply that we cannot cope with must end its request, never the worker.
            log.exception("A reply could not be read")
            return pull.PullError(
                "The portal could not read Phonon's reply. The details are in its operator's log.",
                action=pull.Action.RETRY,
            )

    def _settle_landed(self) -> None:
        for flight in [one for one in self.flights if one.future.done()]:
            try:
                _settle_somehow(flight.fetch, flight.future.result())
            except ledger.Fenced as fenced:
                log.warning("%s Its reply was set aside.", fenced)
            except DATABASE_AWAY:
                raise
            except Exception:
                # Let go of it: the lease runs out, and the sweep counts its tries.
                log.exception("Request %s could not be settled", flight.fetch.pk)
            self.flights.remove(flight)

    def _renew(self) -> None:
        ledger.renew(one.fetch for one in self.flights)

    def _heartbeat(self) -> None:
        now = timezone.now()
        Worker.objects.update_or_create(
            name=self.name,
            defaults={"seen_at": now},
            create_defaults={"seen_at": now, "started_at": now},
        )
        Worker.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()

    def _land(self) -> None:
        """Waits for what is in flight, settles it, and gives the rest back."""
        wait([one.future for one in self.flights], GRACE_SECONDS)
        self._settle_landed()
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
        except DATABASE_AWAY as error:
            log.warning("The database did not answer, trying again: %s", error)
            connection.close()
            time.sleep(1)


def settle(fetch: Fetch, answer: Answer) -> None:
    """Records and settles one answer in one transaction. Raises Fenced when the claim was lost."""
    with transaction.atomic():
        if isinstance(answer, pull.Reply):
            recording.record(fetch, answer)
            ledger.settle(fetch, answer)
        else:
            ledger.settle_error(fetch, answer)


def _settle_somehow(fetch: Fetch, answer: Answer) -> None:
    """Settles, and halves a request whose reply cannot be stored until the culprit stands alone.

    Raises Fenced, and OperationalError or InterfaceError while the database is locked or away.
    """
    try:
        settle(fetch, answer)
    except (ledger.Fenced, *DATABASE_AWAY):
        raise
    except Exception:
        log.exception("The reply to request %s could not be stored", fetch.pk)
        settle(fetch, pull.PullError(CANNOT_STORE, action=pull.Action.SPLIT))


def _landed(answer: Answer) -> "Future[Answer]":
    future: Future[Answer] = Future()
    future.set_result(answer)
    return future


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
