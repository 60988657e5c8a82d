"""The connections of one client: opened only to checked addresses, cut when the time is up.

Timeouts of sockets count from byte to byte, so a server that drips could hold a worker for hours.
Therefore an alarm cuts the connection itself once the whole request has taken too long. It holds a
second handle on the socket, since the HTTP library passes the first one on to TLS and forgets it.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from lookups.pull.errors import TimedOut, Unreachable
from lookups.pull.wire.deadline import Alarm
from lookups.pull.wire.guard import checked_addresses

_alarm = Alarm()
_TOO_SLOW = "Connecting to Phonon's server took too long."


class Line:
    """Sockets of one client on one thread; only the alarm is on another."""

    def __init__(self, *, allow_private: bool, connect_seconds: float) -> None:
        self._allow_private = allow_private
        self._connect_seconds = connect_seconds
        self._lock = threading.Lock()
        self._handles: dict[tuple[str, int], socket.socket] = {}
        self._turn = 0
        self.time_is_up = False

    def open(self, host: str, port: int) -> socket.socket:
        """A socket connected to a checked address of the host. Raises PullErrors."""
        until = time.monotonic() + self._connect_seconds
        addresses = checked_addresses(
            host, port, allow_private=self._allow_private, seconds=self._connect_seconds
        )
        failure: OSError | None = None
        for family, address in addresses:
            left = until - time.monotonic()
            if left <= 0 or self.time_is_up:
                raise TimedOut(_TOO_SLOW)
            try:
                opened = _connected(family, address, left)
            except OSError as error:
                failure = error
                continue
            self._remember((host, port), opened.dup())
            opened.settimeout(self._connect_seconds)
            return opened
        if isinstance(failure, TimeoutError):
            raise TimedOut(_TOO_SLOW)
        raise Unreachable("Phonon's server cannot be reached just now.")

    def _remember(self, place: tuple[str, int], handle: socket.socket) -> None:
        with self._lock:
            old = self._handles.pop(place, None)
            self._handles[place] = handle
            too_late = self.time_is_up
        if old is not None:
            old.close()
        if too_late:
            self.hang_up()

    def hang_up(self) -> None:
        """Ends every connection, at once, whatever it is doing."""
        with self._lock:
            handles = list(self._handles.values())
            self._handles.clear()
        for handle in handles:
            with suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)
            handle.close()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Cuts the connections when the body of the `with` takes longer than `seconds`."""
        self._turn += 1
        self.time_is_up = False
        turn = self._turn
        _alarm.set(seconds, lambda: self._cut(turn), is_over=lambda: self._turn != turn)
        try:
            yield
        finally:
            self._turn += 1

    def _cut(self, turn: int) -> None:
        # The alarm may go off just as its request ends; it must not cut the next one.
        if turn == self._turn:
            self.time_is_up = True
            self.hang_up()


def _connected(
    family: socket.AddressFamily, address: tuple[str, int], seconds: float
) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.settimeout(seconds)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.connect(address)
    except BaseException:
        opened.close()
        raise
    return opened
