"""Claim → ask → read → write → settle, in one loop that one thread drives.

A pool of threads asks Phonon and one thread reads replies: they get arguments and give results. The
loop's thread does all else, alone with the database; no transaction is open while a request is in
flight. A reply is not read while others are written, because threads that compute beside each other
take the interpreter from one another, also from one in the middle of a transaction.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import InternalError, connection, transaction

from lookups import credentials, ledger, pull, recording, wake
from lookups.database import waiting
from lookups.models import Credential, Fetch, Lookup, Worker
from lookups.worker import answers
from lookups.worker.answers import DATABASE_AWAY, REPLIES_PER_TRANSACTION, Answer
from lookups.worker.chores import Chore
from lookups.worker.held import Held, HeldRequest, Response, State

log = logging.getLogger(__name__)

# A lookup of one request starts at once when a worker has nothing else to do.
IDLE_SECONDS = 0.05
# How often a worker with work wakes another.
WAKE_OTHERS_SECONDS = 1
# A worker that has more replies to read and write leaves new requests to others. Half of it comes
# in while one transaction is written, and is no reason to leave slots empty.
UNWRITTEN_LIMIT = 2 * REPLIES_PER_TRANSACTION
# How long a stop waits for Phonon before it gives requests back.
GRACE_SECONDS = 10


def nap() -> None:
    waiting.until_written(IDLE_SECONDS)


class Runner:
    """Works the ledger until told to stop. With `lookup`, only that lookup's requests.

    `chores` are done when they are due. `fillers` bring new work into the ledger: each is called at
    every step and says whether it has done something.
    """

    def __init__(
        self,
        *,
        name: str,
        concurrency: int,
        lookup: Lookup | None = None,
        chores: Sequence[Chore] = (),
        fillers: Sequence[Callable[[], bool]] = (),
    ) -> None:
        self.name = name
        self.concurrency = concurrency
        self.lookup = lookup
        self._is_idle = False
        self._clients = _ClientPerThread()
        self._held = Held(concurrency=concurrency, ask=self._ask, read=_answer_of)
        self._chores = [*chores, Chore(self._renew, settings.LEASE_SECONDS / 3)]
        self._fillers = fillers
        self._waking_others = Chore(wake.workers, WAKE_OTHERS_SECONDS)

    def run(self, *, should_stop: Callable[[], bool], rest: Callable[[], None] = nap) -> None:
        """Works until `should_stop()`; then finishes what is in flight, or gives it back.

        With nothing to do it calls `rest` and looks again after it.
        """
        try:
            while not should_stop():
                self._guarded(self._step)
                if self._is_idle:
                    self._guarded(rest)
        finally:
            # Also where an error ended the loop.
            self._guarded(self._wind_down)
            self._held.close()
            self._clients.close()

    def run_until_idle(self) -> None:
        """Works until nothing is claimable and nothing is in flight."""
        self.run(should_stop=lambda: self._is_idle, rest=lambda: None)

    def _step(self) -> None:
        for chore in self._chores:
            chore.do_if_due()
        # First, so that a reply is read while the claim waits for another worker's transaction.
        self._read_next()
        self._claim_and_send()
        # While requests are in flight there is time to fill in what comes after them.
        filled = [fill() for fill in self._fillers]
        has_written = self._write_next()
        # What was written may have brought new requests, such as the halves of one.
        has_done_something = any(filled) or has_written
        self._is_idle = not (len(self._held) or has_done_something)
        if len(self._held) and not has_done_something:
            self._held.wait(IDLE_SECONDS)

    def _claim_and_send(self) -> None:
        unwritten = len(self._held) - len(self._held.in_state(State.AT_PHONON))
        is_behind = unwritten > UNWRITTEN_LIMIT
        claimed = ledger.claim(
            worker=self.name,
            limit=0 if is_behind else self.concurrency - len(self._held),
            lookup=self.lookup,
            answered=self._held.with_free_slot(),
        )
        if claimed:
            self._send(claimed)
        if claimed or is_behind:
            # Others are to have their part of the work, and one message wakes one worker.
            self._waking_others.do_if_due()

    def _send(self, claimed: list[Fetch]) -> None:
        uuids = ledger.uuids_of_each(claimed)
        # Read last: ids that a manager has saved since the claim are the ones to send.
        current = Credential.objects.in_bulk({fetch.credential_id for fetch in claimed})
        for fetch in claimed:
            if uuids[fetch.pk]:
                fetch.credential = current[fetch.credential_id]
                self._held.send(fetch, uuids[fetch.pk])
            else:
                # Its items were cancelled between being split and being claimed.
                ledger.cancel_empty(fetch)

    def _ask(self, fetch: Fetch, uuids: list[str]) -> pull.RawReply:
        """Runs in a thread of the pool. Raises PullError or CannotOpen."""
        access = credentials.access_to(fetch.credential)
        asks_for_all = fetch.lookup.fetch_attempt == Lookup.FetchAttempt.ALL
        return self._clients.mine().ask(access, uuids, "ALL" if asks_for_all else "LAST")

    def _read_next(self) -> None:
        """Has the reader begin with the next response, unless enough is read to be written."""
        is_reading = self._held.in_state(State.BEING_READ)
        has_enough = len(self._held.in_state(State.TO_WRITE)) >= REPLIES_PER_TRANSACTION
        to_read = self._held.in_state(State.TO_READ)
        if to_read and not is_reading and not has_enough:
            self._held.read(to_read[0])

    def _write_next(self) -> bool:
        """Writes the answers so far, unless one more is being read; whether it wrote any."""
        if self._held.in_state(State.BEING_READ):
            return False
        requests = self._held.in_state(State.TO_WRITE)[:REPLIES_PER_TRANSACTION]
        answers.write([(one.fetch, one.answer.result()) for one in requests if one.answer])
        for request in requests:
            self._held.let_go(request)
        return bool(requests)

    def _renew(self) -> None:
        ledger.renew(self._held.fetches())

    def _wind_down(self) -> None:
        """Waits for Phonon for a while, writes what has come, and gives the rest back."""
        until = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < until and self._held.in_state(State.AT_PHONON):
            self._read_next()
            self._held.wait(IDLE_SECONDS)
        while len(self._held) > len(self._held.in_state(State.AT_PHONON)):
            self._read_next()
            if not self._write_next():
                self._held.wait(IDLE_SECONDS)
        for request in self._held.in_state(State.AT_PHONON):
            self._give_back(request)
        Worker.objects.filter(name=self.name).delete()

    def _give_back(self, request: HeldRequest) -> None:
        with transaction.atomic():
            try:
                ledger.requeue_unfinished(request.fetch)
            except ledger.Fenced as fenced:
                log.warning("%s", fenced)
        self._held.let_go(request)

    def _guarded(self, step: Callable[[], None]) -> None:
        """A database that is locked, full or restarting is waited for; leases cover the gap."""
        try:
            step()
        except (*DATABASE_AWAY, InternalError) as error:
            # Internal is what PostgreSQL calls ending a transaction that was silent for too long.
            log.warning("The database did not answer, trying again: %s", error)
            connection.close()
            time.sleep(1)


def _answer_of(fetch: Fetch, response: Response) -> Answer:
    """The rows of the reply, or what went wrong with it or before it. Runs in the reader."""
    try:
        return recording.prepare(fetch, response.result().read())
    except pull.PullError as error:
        return error
    except credentials.CannotOpen as error:
        return pull.PullError(str(error), action=pull.Action.PAUSE)
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
        client: pull.Client = self._local.client
        return client

    def close(self) -> None:
        for client in self._all:
            client.close()
