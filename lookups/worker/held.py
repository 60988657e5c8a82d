"""What a worker holds: every request from when it is claimed until its answer is written.

The threads that ask Phonon and the one that reads a reply get what they need as arguments and give
back a result. The worker's own thread alone knows and changes what is held.
"""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from lookups import pull
from lookups.models import Fetch
from lookups.worker.answers import Answer

Response = Future[pull.RawReply]


class State(Enum):
    """How far a held request has come. It only ever goes on to the next."""

    AT_PHONON = auto()
    TO_READ = auto()
    BEING_READ = auto()
    TO_WRITE = auto()


@dataclass(eq=False)
class HeldRequest:
    fetch: Fetch
    response: Response
    answer: Future[Answer] | None = None
    """What the response comes to, from when the reader has it."""

    @property
    def state(self) -> State:
        if self.answer is not None:
            return State.TO_WRITE if self.answer.done() else State.BEING_READ
        return State.TO_READ if self.response.done() else State.AT_PHONON

    @property
    def has_free_slot(self) -> bool:
        """Whether Phonon has answered it and the ledger does not know that yet."""
        return self.fetch.is_in_flight and self.state is not State.AT_PHONON


class Held:
    """The held requests, in the order in which they were sent."""

    def __init__(
        self,
        *,
        concurrency: int,
        ask: Callable[[Fetch, list[str]], pull.RawReply],
        read: Callable[[Fetch, Response], Answer],
    ) -> None:
        self._ask = ask
        self._read = read
        self._requests: list[HeldRequest] = []
        self._asking = ThreadPoolExecutor(concurrency, thread_name_prefix="pull")
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="read")

    def __len__(self) -> int:
        return len(self._requests)

    def fetches(self) -> list[Fetch]:
        return [one.fetch for one in self._requests]

    def in_state(self, state: State) -> list[HeldRequest]:
        return [one for one in self._requests if one.state is state]

    def with_free_slot(self) -> list[Fetch]:
        return [one.fetch for one in self._requests if one.has_free_slot]

    def send(self, fetch: Fetch, uuids: list[str]) -> None:
        self._requests.append(HeldRequest(fetch, self._asking.submit(self._ask, fetch, uuids)))

    def read(self, request: HeldRequest) -> None:
        request.answer = self._reading.submit(self._read, request.fetch, request.response)

    def let_go(self, request: HeldRequest) -> None:
        """Its answer is written, or it was given back."""
        self._requests.remove(request)

    def wait(self, seconds: float) -> None:
        """Waits until one more response is here or is read, for so long at most."""
        # Of either kind: whichever is done first ends the wait.
        awaited: list[Future[Any]] = [one.response for one in self.in_state(State.AT_PHONON)]
        awaited += [one.answer for one in self.in_state(State.BEING_READ) if one.answer]
        wait(awaited, timeout=seconds, return_when=FIRST_COMPLETED)

    def close(self) -> None:
        """Asks and reads nothing more; does not wait for what Phonon has not answered."""
        self._asking.shutdown(wait=False, cancel_futures=True)
        self._reading.shutdown()
