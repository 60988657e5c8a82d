"""Tiny servers on loopback that misbehave in one way each. They count who comes."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress


class Server:
    """Answers each connection with `act(connection)`, once its request has arrived."""

    def __init__(
        self, act: Callable[[socket.socket], None], *, tls: ssl.SSLContext | None = None
    ) -> None:
        self._act = act
        self._tls = tls
        self.connections = 0
        self.requests: list[bytes] = []
        self.ended = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/pull"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError, ssl.SSLError):
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                self.requests.append(request_on(connection))
                self._act(connection)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *exc: object) -> None:
        self.ended.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def request_on(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65_536)
        if not piece:
            return received
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            while len(body) < int(line.split(b":")[1]):
                body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def saying(*pieces: bytes) -> Callable[[socket.socket], None]:
    """Sends these bytes and hangs up."""

    def act(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return act


def dripping(first: bytes, drop: bytes = b"x", seconds: float = 0.02) -> Callable:
    """Sends `first`, then a drop again and again for ever."""

    def act(connection: socket.socket) -> None:
        connection.sendall(first)
        pause = threading.Event()
        while not pause.wait(seconds):
            connection.sendall(drop)

    return act
