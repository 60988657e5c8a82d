"""A request from when it is claimed until its answer is written."""

from concurrent.futures import Future
from dataclasses import dataclass

from lookups import pull
from lookups.models import Fetch
from lookups.writing import Answer


@dataclass(eq=False)
class Flight:
    fetch: Fetch
    landed: pull.RawReply | Exception | None = None
    """What came back, once it is here."""
    reading: "Future[Answer] | None" = None
    """Of what has landed, from when the reader has it."""
    answer: Answer | None = None
    """What it came to, once that has been read."""
    is_followed: bool = False
    """Whether the relay decides at this moment who takes its place."""
    is_closed: bool = False
    """Whether nothing may take its place any more, as the ledger is about to be told."""

    @property
    def has_landed(self) -> bool:
        return self.landed is not None

    @property
    def is_news(self) -> bool:
        """Whether it has left a place at Phonon that is nobody's."""
        is_taken = self.is_followed or self.fetch.successor
        return self.has_landed and self.fetch.is_in_flight and not is_taken

    def reply(self) -> pull.Reply:
        """Raises what went wrong with it or before it."""
        if isinstance(self.landed, pull.RawReply):
            return self.landed.read()
        raise self.landed or RuntimeError("It has not landed.")
