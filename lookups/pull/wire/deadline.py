"""Calls back at a time, on one thread for all: starting one a request disturbs every other."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

log = logging.getLogger(__name__)


class _Due(NamedTuple):
    at: float
    number: int
    ring: Callable[[], None]
    is_over: Callable[[], bool]


class Alarm:
    """Its thread begins with the first call and sleeps until the next one is due."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._due: list[_Due] = []
        self._numbers = count()
        self._thread: threading.Thread | None = None

    def set(self, seconds: float, ring: Callable[[], None], *, is_over: Callable[[], bool]) -> None:
        """Calls `ring` in so many seconds, on another thread, unless `is_over` then."""
        due = _Due(time.monotonic() + seconds, next(self._numbers), ring, is_over)
        with self._news:
            heappush(self._due, due)
            if self._due[0] is due:
                self._news.notify()
            # A process that was forked has no thread of this name.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="alarm", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            due = self._next()
            try:
                due.ring()
            except Exception:
                # The others are still to be called.
                log.exception("What an alarm called failed")

    def _next(self) -> _Due:
        """Waits for the next one that is not over when it is due."""
        with self._news:
            while True:
                while self._due and self._due[0].is_over():
                    heappop(self._due)
                left = self._due[0].at - time.monotonic() if self._due else None
                if left is not None and left <= 0:
                    return heappop(self._due)
                self._news.wait(left)
