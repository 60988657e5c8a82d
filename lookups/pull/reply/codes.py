"""What each code and each HTTP status asks of us, as data. Facts: docs/pull-api.md, "Codes".

`api-response-code` is not an HTTP status: a reply's own code decides whenever there is one. Only
an HTTP status that says the server itself failed (5xx, 429) outweighs a code that says "success".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lookups.pull.errors import Action, CodeRefused, HttpRefused, PullError, Redirected

ANSWERS = frozenset({200, 209, 213})
LONGEST_WAIT = 600.0
_MAX_MESSAGE = 300

NOT_WHITELISTED = (
    "Phonon does not accept requests from this portal's server. Ask Phonon to whitelist the "
    "address of the portal's server; your own computer's address does not matter."
)
LATER = "Phonon's side failed just now."


@dataclass(frozen=True)
class Meaning:
    action: Action
    sentence: str


CODES: Mapping[int, Meaning] = {
    201: Meaning(
        Action.REORDER,
        "Phonon took the request for a repeated one. The portal asks again in another order.",
    ),
    202: Meaning(
        Action.PAUSE,
        "Phonon does not know this security ID. Enter the security ID of the flow again.",
    ),
    203: Meaning(
        Action.PAUSE,
        "The endpoint does not support this API version. Check the version and the endpoint URL.",
    ),
    210: Meaning(Action.SPLIT, "Phonon found a required part of the request missing or not valid."),
    211: Meaning(
        Action.PAUSE, "The validity of the Phonon account has expired. Ask Phonon to renew it."
    ),
    212: Meaning(
        Action.PAUSE, "The balance of the Phonon account is too low. Ask Phonon to top it up."
    ),
    301: Meaning(
        Action.PAUSE, "Phonon does not know this flow ID. Check the flow ID of the credential."
    ),
    303: Meaning(
        Action.SHRINK,
        "Phonon takes fewer UUIDs at a time than were sent.",
    ),
    304: Meaning(
        Action.PAUSE, "Phonon does not accept this version of the flow. Check the flow with Phonon."
    ),
    400: Meaning(Action.SPLIT, "Phonon could not read the request."),
    401: Meaning(Action.PAUSE, NOT_WHITELISTED),
    500: Meaning(Action.RETRY, LATER),
}

STATUSES: Mapping[int, Meaning] = {
    400: Meaning(Action.SPLIT, "Phonon's side could not read the request."),
    401: Meaning(Action.PAUSE, NOT_WHITELISTED),
    403: Meaning(Action.PAUSE, NOT_WHITELISTED),
    404: Meaning(Action.PAUSE, "There is nothing at the endpoint URL. Check it with Phonon."),
    405: Meaning(Action.PAUSE, "The endpoint URL takes no requests. Check it with Phonon."),
    408: Meaning(Action.RETRY, LATER),
    410: Meaning(Action.PAUSE, "There is nothing at the endpoint URL any more. Ask Phonon."),
    413: Meaning(
        Action.SHRINK,
        "The request was too long for Phonon's side.",
    ),
    425: Meaning(Action.RETRY, LATER),
    429: Meaning(Action.RETRY, "Phonon asked for a pause. The portal waits and tries again."),
}


def refusal(code: int, message: str, *, http_status: int, retry_after: float | None) -> PullError:
    """The error for a code that brings no data. 202 and 200 share numbers with other endpoints."""
    meaning = CODES.get(code)
    if code == 202 and re.search(r"\baccepted\b", message, re.IGNORECASE):
        meaning = None
    if meaning is None:
        said = f" “{shortened(message)}”" if message else ""
        meaning = Meaning(Action.FAIL, f"Phonon answered with code {code}{said} and sent no data.")
    return CodeRefused(
        meaning.sentence,
        action=meaning.action,
        http_status=http_status,
        code=code,
        message=shortened(message),
        retry_after=retry_after,
    )


def shortened(message: str) -> str:
    """At most 300 characters. The mark of the cut tells pages that a number may end there."""
    return message if len(message) <= _MAX_MESSAGE else message[: _MAX_MESSAGE - 1] + "…"


def http_refusal(http_status: int, *, retry_after: float | None) -> PullError | None:
    """The error for an HTTP status that comes without a readable reply; None for 2xx."""
    if 200 <= http_status < 300:
        return None
    if http_status < 400:
        return Redirected(
            "The endpoint URL sends requests on to another address, which the portal does not "
            "follow. Ask Phonon for the right endpoint URL.",
            http_status=http_status,
        )
    meaning = STATUSES.get(http_status)
    if meaning is None and http_status >= 500:
        meaning = Meaning(Action.RETRY, LATER)
    if meaning is None:
        meaning = Meaning(Action.FAIL, f"Phonon's side refused with HTTP status {http_status}.")
    return HttpRefused(
        meaning.sentence, action=meaning.action, http_status=http_status, retry_after=retry_after
    )


def server_failed(http_status: int) -> bool:
    """Whether this HTTP status makes a reply that claims success unworthy of belief."""
    return http_status >= 500 or http_status in (401, 403, 408, 425, 429)


def seconds_to_wait(retry_after: str | None, now: datetime) -> float | None:
    """The seconds in a Retry-After header, number or HTTP date, at most 600; None if senseless."""
    text = (retry_after or "").strip()
    if re.fullmatch(r"[0-9]{1,12}", text):
        return min(float(text), LONGEST_WAIT)
    if not re.match(r"[A-Za-z]{3,9}, ?[0-9]", text):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = (moment - now).total_seconds()
    return None if seconds < 0 else min(seconds, LONGEST_WAIT)
