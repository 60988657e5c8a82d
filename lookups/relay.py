"""Sends a request as soon as another has landed, in its place at Phonon.

The requests are claimed beforehand. For a claim a worker may have to wait while it or another one
writes; a place that a request leaves would stand empty meanwhile.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from lookups import ledger, pull
from lookups.flight import Flight
from lookups.models import Fetch

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Waiting:
    """A request that was claimed ahead, with the UUIDs it asks for."""

    fetch: Fetch
    uuids: list[str]


class Relay:
    """What waits with this worker for a place. Decides on a thread and a connection of its own."""

    def __init__(
        self, send: Callable[[Fetch, list[str]], None], *, decided: Callable[[], None]
    ) -> None:
        self._send = send
        self._decided = decided
        self._waiting: list[Waiting] = []
        self._refused: list[Waiting] = []
        self._is_stopped = False
        # Whether a place is passed on or noted as left is decided once.
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="relay")

    def waiting(self) -> Counter[int]:
        """How many wait here for a place, by credential."""
        with self._lock:
            return Counter(one.fetch.credential_id for one in self._waiting)

    def fetches(self) -> list[Fetch]:
        """What is held here, the refused included."""
        with self._lock:
            return [one.fetch for one in (*self._waiting, *self._refused)]

    def add(self, fetch: Fetch, uuids: list[str]) -> None:
        with self._lock:
            self._waiting.append(Waiting(fetch, uuids))
            self._waiting.sort(key=lambda one: (one.fetch.lookup_requests, one.fetch.pk))

    def follow(self, flight: Flight, reply: pull.RawReply) -> None:
        """Has another request take the place of one that lands with this reply, if one may."""
        if not self._waiting or not _is_well(reply):
            return
        flight.is_followed = True
        try:
            self._thread.submit(self._follow, flight)
        except RuntimeError:
            # It was stopped just now.
            flight.is_followed = False

    def close(self, flights: Collection[Flight]) -> list[Fetch]:
        """The requests of these flights, whose places nothing takes any more from now on."""
        with self._lock:
            for flight in flights:
                flight.is_closed = True
            return [flight.fetch for flight in flights]

    def take_back(self, *, of: Collection[int]) -> list[Fetch]:
        """What may not be sent at present, and all that waits for a place of these credentials."""
        with self._lock:
            back = self._refused + [one for one in self._waiting if one.fetch.credential_id in of]
            self._waiting = [one for one in self._waiting if one.fetch.credential_id not in of]
            self._refused = []
        return [one.fetch for one in back]

    def stop(self) -> None:
        """Sends nothing more."""
        self._is_stopped = True
        self._thread.submit(lambda: connection.close())
        self._thread.shutdown()

    def _follow(self, landed: Flight) -> None:
        try:
            self._pass_on(landed)
        finally:
            landed.is_followed = False
            self._decided()

    def _pass_on(self, landed: Flight) -> None:
        one = self._next(landed.fetch.credential_id)
        if one is None:
            return
        may_follow = _may_follow(one.fetch)
        with self._lock:
            if not may_follow:
                self._refused.append(one)
            elif landed.is_closed or self._is_stopped:
                self._waiting.insert(0, one)
            else:
                landed.fetch.successor = one.fetch
        if not landed.fetch.successor:
            return
        one.fetch.is_in_flight, one.fetch.claimed_at = True, timezone.now()
        self._send(one.fetch, one.uuids)

    def _next(self, credential: int) -> Waiting | None:
        with self._lock:
            for one in self._waiting:
                if one.fetch.credential_id == credential:
                    self._waiting.remove(one)
                    return one
        return None


def _is_well(reply: pull.RawReply) -> bool:
    """Whether it looks like an answer; after anything else nothing is sent unasked."""
    return reply.http_status == 200 and reply.retry_after is None


def _may_follow(fetch: Fetch) -> bool:
    try:
        return ledger.may_follow(fetch)
    except (DatabaseError, InterfaceError) as error:
        log.warning("The database did not answer, so nothing was sent: %s", error)
        connection.close()
        return False
