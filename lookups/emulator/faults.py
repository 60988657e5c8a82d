"""What a broken reply looks like on the wire, by name.

`?fault=NAME` in the endpoint's address forces one; `fault_rate` throws them in by themselves.

| name | what the client sees |
|---|---|
| `html` | HTTP 502 with a gateway's web page |
| `html200` | HTTP 200 with a sign-in page |
| `httpNNN` (or `500`, `502`, `503`, `429`) | that HTTP status, plain text; 503 and 429 with Retry-After 1 (`&retry-after=` sets it) |
| `codeNNN` | that api-response-code without data (`&message=`, `&http=` set the rest) |
| `empty`, `badjson`, `truncated` | no body; half a JSON text; a body shorter than its Content-Length |
| `reset`, `hang` | the connection reset; no answer until the emulator stops |
| `slow`, `drip`, `driphead` | a good reply after `&seconds=` (2); one byte of body, or of headers, every tenth second |
| `gzip` | a good reply, compressed although nobody asked |
| `redirect` | HTTP 302 (`&http=` sets it) to `&to=`, or to this emulator's `/trap` |
| `huge`, `hugechunked` | 100 MB, declared or in chunks |
| `repeat` | code 201 when the very same body comes again |
| `missing`, `unasked`, `duplicate`, `upper` | a good reply less its last half; with a UUID nobody asked for; with each item twice; with UUIDs in capitals |
"""  # noqa: E501 - a table row cannot be broken

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lookups.emulator.dice import Dice
from lookups.emulator.rules import HTTP_STATUS, MESSAGES

RANDOM_FAULTS = (
    ("500", 14),
    ("html", 12),
    ("503", 12),
    ("429", 12),
    ("reset", 12),
    ("truncated", 10),
    ("empty", 8),
    ("badjson", 8),
    ("code500", 8),
    ("slow", 4),
)
# Faults that need the good reply first, or act while it is sent.
ON_GOOD_REPLY = frozenset(
    [
        "slow",
        "drip",
        "driphead",
        "gzip",
        "repeat",
        "missing",
        "unasked",
        "duplicate",
        "upper",
        "truncated",
        "badjson",
    ]
)
WEB_PAGE = (
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>"
    b"<body><h1>502 Bad Gateway</h1></body></html>"
)
SIGN_IN_PAGE = b"<!DOCTYPE html><html><body><form>Sign in</form></body></html>"
HUGE = 100_000_000


@dataclass(frozen=True)
class Answer:
    """A reply ready to be sent. `ending` tells the sender how to misbehave while sending it."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    ending: str = ""


def thrown_in(seed: int, request_number: int, rate: float, faults: Sequence[str] = ()) -> str:
    """The fault that strikes the n-th request, or ""; the same for the same seed and number.

    Of `faults` each is as likely; without them those are thrown in that happen most.
    """
    dice = Dice(seed, "fault", request_number)
    if dice.below(1_000_000) >= rate * 1_000_000:
        return ""
    return dice.weighted([(name, 1) for name in faults] or RANDOM_FAULTS)


def coded(code: int, *, message: str | None = None, http: int | None = None) -> Answer:
    """A reply that carries a code and no data."""
    text = MESSAGES.get(code, "Unknown") if message is None else message
    body = {"api-response-code": code, "api-response-message": text, "data": []}
    status = http or HTTP_STATUS.get(code, 200)
    return Answer(status, json.dumps(body, separators=(",", ":")).encode())


def broken(name: str, options: Mapping[str, str]) -> Answer:
    """The reply for a fault that needs no good reply. Raises ValueError for a name not known."""
    http = int(options["http"]) if "http" in options else None
    if name.startswith("code") and name[4:].isdigit():
        return coded(int(name[4:]), message=options.get("message"), http=http)
    if match := re.fullmatch(r"(?:http)?([2-5][0-9][0-9])", name):
        return _plain(int(match[1]), options.get("retry-after"))
    match name:
        case "html":
            return Answer(http or 502, WEB_PAGE, "text/html")
        case "html200":
            return Answer(200, SIGN_IN_PAGE, "text/html")
        case "empty":
            return Answer(http or 200, b"")
        case "redirect":
            target = options.get("to", "/trap")
            return Answer(http or 302, b"", headers={"Location": target})
        case "reset" | "hang" | "huge" | "hugechunked":
            return Answer(200, b"", ending=name)
    raise ValueError(f"no fault is called {name!r}")


def _plain(status: int, retry_after: str | None) -> Answer:
    headers = {}
    if retry_after is None and status in (429, 503):
        retry_after = "1"
    if retry_after is not None:
        headers["Retry-After"] = retry_after
    return Answer(status, b"the emulator was asked to fail", "text/plain", headers)


def spoiled(name: str, good: Answer) -> Answer:
    """A good reply spoiled on its way: compressed, cut short, or sent too slowly."""
    if name == "gzip":
        return Answer(200, gzip.compress(good.body), headers={"Content-Encoding": "gzip"})
    if name == "badjson":
        return Answer(good.status, good.body[: len(good.body) // 2])
    return Answer(good.status, good.body, good.content_type, good.headers, ending=name)
