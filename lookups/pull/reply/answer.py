"""Status and body of a response → a Reply, or the error it amounts to.

The body is read whatever the HTTP status: Phonon does not say which status comes with which code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lookups.pull.errors import PullError, Unreadable, WebPage
from lookups.pull.records import Reply
from lookups.pull.reply.calls import calls_of
from lookups.pull.reply.codes import ANSWERS, http_refusal, refusal, server_failed, shortened
from lookups.pull.reply.fields import plain
from lookups.pull.reply.heavy import envelope_of
from lookups.pull.reply.parse import value_of
from lookups.pull.reply.weight import is_light

_NO_REPLY = "Phonon's side answered with data that is no reply of the Pull API."


@dataclass(frozen=True, slots=True)
class RawReply:
    """What came back for the asked UUIDs, not read yet."""

    asked: Sequence[str]
    http_status: int
    body: bytes = field(repr=False)
    retry_after: float | None
    """Seconds."""
    has_location: bool
    milliseconds: int = 0

    def read(self) -> Reply:
        """The reply. Raises PullError for everything that is no answer."""
        try:
            return reply_of(
                self.body,
                self.asked,
                http_status=self.http_status,
                retry_after=self.retry_after,
                has_location=self.has_location,
                milliseconds=self.milliseconds,
            )
        except PullError as error:
            error.milliseconds = self.milliseconds
            error.bytes = error.bytes or len(self.body)
            raise


def reply_of(
    body: bytes,
    asked: Sequence[str],
    *,
    http_status: int,
    retry_after: float | None = None,
    has_location: bool = False,
    milliseconds: int = 0,
) -> Reply:
    """The answer for the asked UUIDs. Raises PullError for all that is none.

    An HTTP redirect is one whatever its body says, even when an HTTP 303 comes with a code 303.
    """
    is_redirect = 300 <= http_status < 400 and has_location
    refused = http_refusal(http_status, retry_after=retry_after)
    if is_redirect and refused:
        raise refused
    envelope, code = _opened(body, http_status, retry_after, refused)
    message = _message(envelope)
    if code not in ANSWERS:
        raise refusal(code, message, http_status=http_status, retry_after=retry_after)
    if refused is not None and server_failed(http_status):
        raise refused
    try:
        calls = calls_of(_data(envelope, code), asked)
    except (Unreadable, RecursionError) as error:
        trouble = error if isinstance(error, Unreadable) else Unreadable(_NO_REPLY)
        trouble.http_status, trouble.code, trouble.message = http_status, code, message
        raise trouble from None
    return Reply(
        http_status=http_status,
        code=code,
        message=message,
        bytes=len(body),
        milliseconds=milliseconds,
        calls=calls.found,
        missing=calls.missing,
        unasked=calls.unasked,
    )


def _opened(
    body: bytes, http_status: int, retry_after: float | None, refused: PullError | None
) -> tuple[dict[str, Any], int]:
    """The envelope and its code. Where there is none: the refusal, or Unreadable."""
    try:
        envelope = _envelope(body)
        return envelope, _code(envelope)
    except Unreadable as error:
        if refused is not None and not _is_page_of_a_gateway(error, http_status):
            raise refused from None
        error.http_status = http_status
        error.retry_after = retry_after
        raise


def _is_page_of_a_gateway(error: PullError, http_status: int) -> bool:
    """A 5xx with a web page is told as a web page; a 403 or 404 page says more by its status."""
    return isinstance(error, WebPage) and http_status >= 500


def _envelope(body: bytes) -> dict[str, Any]:
    """The reply's outermost object, its names compared without case and separators.

    Of one that is too heavy to be read at once only what the portal asks for; `data` is Heavy.
    """
    if not is_light(body):
        return envelope_of(body, ("apiresponsecode", "apiresponsemessage"))
    value = value_of(body)
    if not isinstance(value, dict):
        raise Unreadable(_NO_REPLY)
    return {plain(name): inner for name, inner in value.items()}


def _code(envelope: dict[str, Any]) -> int:
    code = envelope.get("apiresponsecode")
    if isinstance(code, str) and re.fullmatch(r"[0-9]{1,9}", code.strip()):
        code = int(code)
    if isinstance(code, bool) or not isinstance(code, int) or not 0 <= code < 10**9:
        raise Unreadable(_NO_REPLY)
    return code


def _message(envelope: dict[str, Any]) -> str:
    message = envelope.get("apiresponsemessage")
    return shortened(message) if isinstance(message, str) else ""


def _data(envelope: dict[str, Any], code: int) -> Any:
    """The data; only 213, which says there is none, may leave it out."""
    data = envelope.get("data")
    if data is None and code != 213:
        raise Unreadable(_NO_REPLY)
    return data
