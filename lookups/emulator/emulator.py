"""The emulator as a thing that starts, stops, can be changed while it runs, and remembers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import partial
from http.server import ThreadingHTTPServer
from typing import Any

from lookups.emulator.calls import Call, call_of
from lookups.emulator.handler import VERSIONS, Handler
from lookups.emulator.printing import INDIA_MS
from lookups.emulator.reserved import DEMO_FLOW_ID, DEMO_SECURITY_ID
from lookups.emulator.state import Log, Settings, State

UNTIL = date(2026, 11, 20)
_EVENING = time(18, 0)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], state: State) -> None:
        super().__init__(address, partial(Handler, state))
        self.state = state
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()

    def server_bind(self) -> None:
        """Binds without the reverse lookup of the host's name that the standard server makes."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing to say when a client goes away in the middle."""

    def hang_up(self) -> None:
        """Ends every connection that is still open, idle ones as well."""
        with self._open_lock:
            still_open = list(self._open)
        for connection in still_open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class Emulator:
    """A pretend Pull API on its own thread. Use it with `with`, or `start()` and `stop()`.

    `settings` may be changed while it runs: `fault`, `fault_rate`, `latency_ms`, `max_list`,
    `security_id`, `flow_id`. `log` counts what was asked. It can be started again after a stop,
    on the same port.
    """

    def __init__(
        self,
        port: int = 0,
        latency_ms: float = 0,
        fault_rate: float = 0.0,
        seed: int = 0,
        *,
        faults: Sequence[str] = (),
        host: str = "127.0.0.1",
        max_list: int = 200,
        security_id: str = DEMO_SECURITY_ID,
        flow_id: str = DEMO_FLOW_ID,
        until: date = UNTIL,
    ) -> None:
        evening = datetime.combine(until, _EVENING) - datetime(1970, 1, 1)
        self.settings = Settings(
            seed=seed,
            latency_ms=latency_ms,
            fault_rate=fault_rate,
            max_list=max_list,
            security_id=security_id,
            flow_id=flow_id,
            until_ms=int(evening.total_seconds()) * 1000 - INDIA_MS,
            faults=faults,
        )
        self._address = (host, port)
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        return self._address[1]

    @property
    def origin(self) -> str:
        return f"http://{self._address[0]}:{self._address[1]}"

    @property
    def log(self) -> Log:
        """What was asked since the last start. Raises RuntimeError before the first."""
        if self._server is None:
            raise RuntimeError("the emulator has not been started")
        return self._server.state.log

    def url(self, version: int = 1, query: str = "") -> str:
        """The endpoint of version 1 or 2; `query` for example "fault=html" or "shape=nested"."""
        path = next(path for path, number in VERSIONS.items() if number == version)
        return f"{self.origin}{path}{'?' + query if query else ''}"

    def truth(self, uuid: str) -> Call | None:
        """What the emulator knows of a UUID, None where it would be left out of a reply."""
        return call_of(uuid.lower(), seed=self.settings.seed, until=self.settings.until_ms)

    def start(self) -> Emulator:
        """Binds the port (0 picks a free one) and answers from now on. Raises OSError if taken."""
        self._server = server = Server(self._address, State(self.settings))
        self._address = (self._address[0], server.server_port)
        self._thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Ends every connection and frees the port. Does nothing when it does not run."""
        if self._server is None or self._thread is None:
            return
        self._server.state.stopping.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join(5)
        self._thread = None

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()
