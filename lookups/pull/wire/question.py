"""What a request needs to know: where to, with which ids, and how long and how much at most."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

FetchAttempt = Literal["ALL", "LAST"]


@dataclass(frozen=True)
class Access:
    """A credential as the Pull API wants it. Neither id is in its repr."""

    endpoint_url: str
    api_version: int
    flow_id: str = field(default="", repr=False)
    security_id: str = field(default="", repr=False)


@dataclass(frozen=True)
class Limits:
    """Seconds to connect, between two pieces of a reply, and for all; bytes of a reply's body."""

    connect_seconds: float = 5.0
    read_seconds: float = 30.0
    total_seconds: float = 60.0
    max_bytes: int = 16 * 1024 * 1024


def request_body(access: Access, uuids: Sequence[str], fetch_attempt: str) -> bytes:
    """The JSON body that the version of the access asks for. Raises ValueError for wrong use."""
    if access.api_version not in (1, 2):
        raise ValueError("api_version is 1 or 2")
    if fetch_attempt not in ("ALL", "LAST"):
        raise ValueError("fetch_attempt is ALL or LAST")
    if not uuids:
        raise ValueError("there is nothing to ask for")
    body: dict[str, Any] = {}
    if access.api_version == 2:
        body = {"security-id": access.security_id, "flow-id": access.flow_id}
    body |= {"phonon-uuids": list(uuids), "fetch-attempt": fetch_attempt}
    return json.dumps(body, separators=(",", ":")).encode()
