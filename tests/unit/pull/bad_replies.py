"""More than 500 replies that are none, each with the class it must be told as."""

import json
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from lookups.pull import (
    Action,
    CodeRefused,
    CutShort,
    Encoded,
    HttpRefused,
    PullError,
    Redirected,
    Unreachable,
    Unreadable,
    WebPage,
)
from lookups.pull.reply.codes import ANSWERS, CODES, STATUSES
from tests.unit.pull.golden import as_bytes, flat
from tests.unit.pull.test_bodies import NOT_DATA, PAGES

GOOD = as_bytes(flat())


class BadReply(NamedTuple):
    title: str
    wire: bytes
    """All that the server sends before it hangs up."""
    error: type[PullError]
    action: Action | None = None
    """None where the class says enough."""


def http(body: bytes, status: int = 200, *headers: str, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    head = [f"HTTP/1.1 {status} X", "Connection: close", f"Content-Length: {size}"]
    return "\r\n".join([*head, *headers, "", ""]).encode() + body


def corpus() -> Iterator[BadReply]:
    yield from _bodies()
    yield from _codes()
    yield from _statuses()
    yield from _cuts()
    yield from _transfers()
    yield from _mutations()


def _bodies() -> Iterator[BadReply]:
    for title, body in NOT_DATA.items():
        yield BadReply(title, http(body), WebPage if body.startswith(b"<") else Unreadable)
    for title, body in PAGES.items():
        yield BadReply(title, http(body), WebPage)
        yield BadReply(f"{title}, by a gateway", http(body, 502), WebPage, Action.RETRY)


def _codes() -> Iterator[BadReply]:
    for code in [*range(100, 320), *CODES, 0, 1, 999, 1001, 500_000]:
        if code in ANSWERS or (code != 0 and code in range(320, 400)):
            continue
        body = {"api-response-code": code, "api-response-message": "no", "data": []}
        action = CODES[code].action if code in CODES else Action.FAIL
        yield BadReply(f"code {code}", http(json.dumps(body).encode()), CodeRefused, action)


def _statuses() -> Iterator[BadReply]:
    for status in range(300, 600):
        wire = http(b"", status) if status == 304 else http(b"sorry", status)
        known = STATUSES.get(status)
        if status < 400:
            yield BadReply(f"HTTP {status}", wire, Redirected, Action.PAUSE)
        elif known or status >= 500:
            action = known.action if known else Action.RETRY
            yield BadReply(f"HTTP {status}", wire, HttpRefused, action)
        else:
            yield BadReply(f"HTTP {status}", wire, HttpRefused, Action.FAIL)


def _cuts() -> Iterator[BadReply]:
    for keep in range(1, len(GOOD), max(1, len(GOOD) // 60)):
        yield BadReply(f"text that ends at {keep}", http(GOOD[:keep]), Unreadable)
        cut = http(GOOD[:keep], length=len(GOOD))
        yield BadReply(f"body cut at {keep}", cut, CutShort, Action.RETRY)
    head = http(GOOD)[: http(GOOD).index(b"\r\n\r\n")]
    for keep in range(0, len(head), 7):
        yield BadReply(f"head cut at {keep}", head[:keep], PullError)


def _transfers() -> Iterator[BadReply]:
    for encoding in ("gzip", "br", "deflate", "zstd", "gzip, br"):
        wire = http(GOOD, 200, f"Content-Encoding: {encoding}")
        yield BadReply(f"encoded as {encoding}", wire, Encoded, Action.PAUSE)
    chunked = b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield BadReply("a chunk of no size", chunked + b"zz\r\n{}\r\n0\r\n\r\n", PullError)
    yield BadReply("chunks without an end", chunked + b'5\r\n{"a":\r\n', PullError)
    for title, wire in {
        "nothing": b"",
        "rubbish": b"\x16\x03\x01\x02\x00",
        "HTTP/0.9": b"hello",
        "a status of letters": b"HTTP/1.1 abc X\r\n\r\n",
        "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n",
        "a header of 70,000 characters": http(GOOD, 200, "X-Long: " + "a" * 70_000),
        "a thousand headers": http(GOOD, 200, *[f"X-{n}: 1" for n in range(1000)]),
    }.items():
        yield BadReply(title, wire, Unreachable)


def _mutations() -> Iterator[BadReply]:
    """Good replies with a structural character changed, as long as no JSON is left."""
    dice = Random(11)
    places = [place for place, byte in enumerate(GOOD) if byte in b'{}[]":,']
    for place in dice.sample(places, min(150, len(places))):
        body = (
            GOOD[:place] + dice.choice([b"", b"{", b"]", b"\\", b"\x00", b"x"]) + GOOD[place + 1 :]
        )
        try:
            json.loads(body)
        except ValueError:
            yield BadReply(f"changed at {place}", http(body), Unreadable)
