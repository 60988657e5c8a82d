"""One HTTP request to the emulator: read it, decide, send the answer, however broken."""

from __future__ import annotations

import json
import socket
import struct
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from lookups.emulator.faults import HUGE, ON_GOOD_REPLY, Answer, broken, coded, spoiled
from lookups.emulator.replies import Printing, reply
from lookups.emulator.rules import Poisoned, Refused, question
from lookups.emulator.state import State

SERVER_NAME = "Phonon-Pull-API-emulator"
MAX_REQUEST = 1 << 20
VERSIONS = {"/v1/pull": 1, "/v2/pull": 2}
DEFAULT_SHAPE = {1: "flat", 2: "nested"}
DEFAULT_STYLE = {1: "hyphen", 2: "camel"}
DRIP_SECONDS = 0.1
ABOUT = """<!DOCTYPE html><html lang="en"><head><title>Pull API emulator</title></head><body>
<h1>This is an emulator</h1><p>It pretends to be Phonon's Pull API. All calls are made up.
Post to /v1/pull or /v2/pull; see <a href="/log">/log</a> for what was asked.</p></body></html>"""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    timeout = 120

    def __init__(self, state: State, *connection: Any) -> None:
        # The base answers the request while it is made.
        self._state = state
        super().__init__(*connection)

    def version_string(self) -> str:
        return SERVER_NAME

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so upstream
        """Says nothing: request lines may hold what a test calls secret."""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/log":
            text = json.dumps(self._state.log.as_dict())
            self._send(Answer(200, text.encode()))
        elif path == "/":
            self._send(Answer(200, ABOUT.encode(), "text/html; charset=utf-8"))
        else:
            self._send(Answer(404, b"not here", "text/plain"))

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_REQUEST:
            self.close_connection = True
            self._send(Answer(413 if length.isdigit() else 411, b"", "text/plain"))
            return
        body = self.rfile.read(int(length))
        if parts.path not in VERSIONS:
            self._state.log.astray(parts.path)
            self._send(Answer(404, b"not here", "text/plain"))
            return
        self._pull(VERSIONS[parts.path], dict(parse_qsl(parts.query)), body)

    def _pull(self, version: int, options: dict[str, str], body: bytes) -> None:
        settings = self._state.settings
        number = self._state.log.arrived()
        fault = options.get("fault") or settings.fault_for(number)
        began = time.monotonic()
        try:
            answer = self._answer(version, options, body, fault)
        except ValueError as error:
            answer = Answer(404, str(error).encode(), "text/plain")
        if fault:
            self._state.log.failed(fault)
        # Making the answer is part of the time that a provider takes.
        self._state.stopping.wait(began + settings.latency_ms / 1000 - time.monotonic())
        if answer.ending in ("slow", "hang"):
            seconds = float(options.get("seconds", "2")) if answer.ending == "slow" else None
            self._state.stopping.wait(seconds)
        self._send(answer)

    def _answer(self, version: int, options: dict[str, str], body: bytes, fault: str) -> Answer:
        log = self._state.log
        if fault == "repeat" and log.seen(body):
            return coded(201)
        good = self._good(version, options, body, twist=fault)
        if fault in ON_GOOD_REPLY:
            return spoiled(fault, good)
        return broken(fault, options) if fault else good

    def _good(self, version: int, options: dict[str, str], body: bytes, *, twist: str) -> Answer:
        settings, log = self._state.settings, self._state.log
        try:
            asked = question(
                body,
                version=version,
                max_list=int(options.get("max", settings.max_list)),
                security_id=settings.security_id,
                flow_id=settings.flow_id,
            )
        except Refused as refused:
            log.answered(refused.code)
            return coded(refused.code)
        except Poisoned:
            log.answered(500)
            return Answer(500, b"internal error", "text/plain")
        moving = log.asked(asked.uuids)
        printing = Printing(
            seed=settings.seed,
            until=settings.until_ms,
            shape=options.get("shape", DEFAULT_SHAPE[version]),
            style=options.get("style", DEFAULT_STYLE[version]),
            last_only=asked.last_only,
        )
        code, text = reply(asked.uuids, printing, twist=twist, asked=moving)
        log.answered(code)
        return Answer(200, text)

    def _send(self, answer: Answer) -> None:
        with suppress(OSError):
            if answer.ending == "reset":
                self._reset()
            elif answer.ending == "hang":
                self.close_connection = True
            elif answer.ending in ("huge", "hugechunked"):
                self._send_huge(chunked=answer.ending == "hugechunked")
            else:
                self._send_usual(answer)

    def _send_usual(self, answer: Answer) -> None:
        head = self._head(answer, length=len(answer.body))
        body = answer.body
        if answer.ending == "truncated":
            self.close_connection = True
            body = body[: len(body) // 2]
        if answer.ending == "driphead":
            self._drip(head + body)
        elif answer.ending == "drip":
            self._write(head)
            self._drip(body)
        else:
            self._write(head + body)

    def _head(self, answer: Answer, *, length: int | None) -> bytes:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers.items():
            self.send_header(name, value.replace("\r", "").replace("\n", ""))
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        # The standard library keeps the head in a list until end_headers() writes it out; taken
        # from there it goes out in one packet with the body, or byte by byte.
        kept = cast("list[bytes]", self._headers_buffer)  # type: ignore[attr-defined]
        head = b"".join(kept) + b"\r\n"
        kept.clear()
        return head

    def _write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def _drip(self, data: bytes) -> None:
        for place in range(len(data)):
            if self._state.stopping.wait(DRIP_SECONDS):
                return
            self._write(data[place : place + 1])

    def _reset(self) -> None:
        linger_zero = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_zero)
        self.close_connection = True

    def _send_huge(self, *, chunked: bool) -> None:
        self.close_connection = True
        self._write(self._head(Answer(200, b""), length=None if chunked else HUGE))
        piece = b" " * 65_536
        started = time.monotonic()
        for _ in range(HUGE // len(piece)):
            self._write(b"10000\r\n" + piece + b"\r\n" if chunked else piece)
            if self._state.stopping.is_set() or time.monotonic() - started > 60:
                return
