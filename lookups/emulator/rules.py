"""What the Pull API refuses, in which order, with which code: request body in, code out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lookups.emulator.reserved import MALFORMED, POISON

MESSAGES: Mapping[int, str] = {
    200: "Success",
    201: "Checksum Repeated",
    202: "Invalid Security ID",
    203: "API Version not Supported",
    204: "Duplicate Request",
    209: "Partial Success",
    210: "Invalid Mandatory Parameters",
    211: "Validity Expired",
    212: "Insufficient Balance",
    213: "No Data Available",
    301: "Invalid Flow ID",
    302: "Flow Inactive",
    303: "Max Data List Size Exceeded",
    304: "Invalid Flow Version",
    400: "Invalid Format",
    401: "IP Not Whitelisted",
    402: "Payment Required",
    500: "Failure",
}

# Codes that travel with an HTTP status of their own; every other code comes with HTTP 200.
HTTP_STATUS: Mapping[int, int] = {400: 400, 401: 401}


@dataclass(frozen=True)
class Question:
    """A request that passed: lower-case UUIDs in asked order, and whether only the last attempt."""

    uuids: tuple[str, ...]
    last_only: bool


class Refused(Exception):
    """The request gets a code and no data."""

    def __init__(self, code: int) -> None:
        super().__init__(MESSAGES[code])
        self.code = code


class Poisoned(Exception):
    """A reserved UUID that makes the whole request fail with HTTP 500."""


def question(
    body: bytes, *, version: int, max_list: int, security_id: str, flow_id: str
) -> Question:
    """The question in a request body. Raises Refused with the code, or Poisoned."""
    asked = _object(body)
    if version == 1 and ("security-id" in asked or "flow-id" in asked):
        raise Refused(203)
    if version == 2:
        _check_ids(asked, security_id=security_id, flow_id=flow_id)
    uuids = asked.get("phonon-uuids")
    attempts = asked.get("fetch-attempt")
    if not isinstance(uuids, list) or not uuids or attempts not in ("ALL", "LAST"):
        raise Refused(210)
    if len(uuids) > max_list:
        raise Refused(303)
    if not all(isinstance(uuid, str) and len(uuid) == 36 for uuid in uuids):
        raise Refused(400)
    lowered = tuple(uuid.lower() for uuid in uuids)
    if any(uuid.startswith(MALFORMED) for uuid in lowered):
        raise Refused(400)
    if any(uuid.startswith(POISON) for uuid in lowered):
        raise Poisoned
    return Question(uuids=lowered, last_only=attempts == "LAST")


def _object(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400) from None
    if not isinstance(asked, dict):
        raise Refused(400)
    return asked


def _check_ids(asked: Mapping[str, Any], *, security_id: str, flow_id: str) -> None:
    given_security, given_flow = asked.get("security-id"), asked.get("flow-id")
    if not isinstance(given_security, str) or not isinstance(given_flow, str):
        raise Refused(210)
    if given_security != security_id:
        raise Refused(202)
    if given_flow != flow_id:
        raise Refused(301)
