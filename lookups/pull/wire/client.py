"""The one door to the Pull API: a question out, an answer or a typed error back. No second try.

Promises: at most the time and the bytes of its limits; never a redirect, a proxy, or an address
that was not checked; no id of a credential in any error, log or repr.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import requests
import urllib3

from lookups.pull.errors import (
    CertificateRefused,
    CutShort,
    Encoded,
    EndpointRefused,
    PullError,
    TimedOut,
    TooLarge,
    Unreachable,
)
from lookups.pull.records import Reply
from lookups.pull.reply.answer import RawReply
from lookups.pull.reply.codes import seconds_to_wait
from lookups.pull.wire.connection import Line
from lookups.pull.wire.guard import check_url
from lookups.pull.wire.question import Access, FetchAttempt, Limits, request_body
from lookups.pull.wire.transport import session_on

_PIECE = 1_048_576
_LIBRARY_ERRORS = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)


class Client:
    """For one thread; keeps its connections open between requests."""

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        allowed_hosts: Collection[str] = (),
        allow_private: bool = False,
    ) -> None:
        self._limits = limits or Limits()
        self._allowed_hosts = tuple(allowed_hosts)
        self._allow_private = allow_private
        self._line = Line(allow_private=allow_private, connect_seconds=self._limits.connect_seconds)
        self._session = session_on(self._line)
        self._http_status: int | None = None
        """Of the answer that is coming in, once it is known."""

    def pull(self, access: Access, uuids: Sequence[str], fetch_attempt: FetchAttempt) -> Reply:
        """The reply for these UUIDs, each once in `calls` or `missing`.

        Raises PullError for everything that is no answer, ValueError for a question that makes no
        sense (no UUIDs, a version other than 1 and 2).
        """
        return self.ask(access, uuids, fetch_attempt).read()

    def ask(self, access: Access, uuids: Sequence[str], fetch_attempt: FetchAttempt) -> RawReply:
        """What came back for these UUIDs, to the last byte, not read yet. Raises as `pull`."""
        began = time.monotonic()
        try:
            check_url(access.endpoint_url, self._allowed_hosts, self._allow_private)
            found = self._exchange(access, uuids, fetch_attempt)
            if isinstance(found, PullError):
                raise found
        except PullError as error:
            error.milliseconds = _milliseconds_since(began)
            raise
        return replace(found, milliseconds=_milliseconds_since(began))

    def close(self) -> None:
        """Ends the connections. The client can be used again; it then opens new ones."""
        self._session.close()
        self._line.hang_up()

    def _exchange(
        self, access: Access, uuids: Sequence[str], fetch_attempt: FetchAttempt
    ) -> RawReply | PullError:
        """Returns its errors, so that no traceback leads into frames that hold the ids."""
        body = request_body(access, uuids, fetch_attempt)
        keep, self._http_status = False, None
        try:
            with self._line.within(self._limits.total_seconds):
                found, keep = self._send(access.endpoint_url, body, uuids)
            return self._time_is_up() or found
        except PullError as error:
            return self._time_is_up() or _bare(error)
        except _LIBRARY_ERRORS as error:
            return self._time_is_up() or self._with_status(_translated(error))
        finally:
            if not keep:
                self.close()

    def _time_is_up(self) -> PullError | None:
        return self._with_status(_timed_out()) if self._line.time_is_up else None

    def _with_status(self, error: PullError) -> PullError:
        error.http_status = self._http_status
        return error

    def _send(self, url: str, body: bytes, uuids: Sequence[str]) -> tuple[RawReply, bool]:
        """What came back, and whether its connection may be used again."""
        request = self._session.prepare_request(requests.Request("POST", url, data=body))
        timeout = (self._limits.connect_seconds, self._limits.read_seconds)
        with self._session.send(
            request, stream=True, timeout=timeout, allow_redirects=False, verify=True
        ) as response:
            self._http_status = response.status_code
            keep = response.raw.version >= 11
            keep &= "close" not in response.headers.get("Connection", "").lower()
            try:
                self._refuse_encoded(response)
                body_read = self._body(response)
            except (Encoded, TooLarge):
                if response.status_code < 300:
                    raise
                # The page of a failing gateway: its status says enough.
                body_read, keep = b"", False
            found = RawReply(
                asked=uuids,
                http_status=response.status_code,
                body=body_read,
                retry_after=seconds_to_wait(response.headers.get("Retry-After"), datetime.now(UTC)),
                has_location="Location" in response.headers,
            )
            return found, keep

    def _refuse_encoded(self, response: requests.Response) -> None:
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("", "identity"):
            raise Encoded(
                "Phonon's side sent a compressed answer, which the portal does not read. "
                "Tell the administrator of the portal.",
                http_status=response.status_code,
            )

    def _body(self, response: requests.Response) -> bytes:
        """The body as it is on the wire. Raises TooLarge at the limit, without reading on."""
        declared = response.headers.get("Content-Length", "")
        if declared.isdigit() and int(declared[:20]) > self._limits.max_bytes:
            raise self._too_large(response, 0)
        pieces: list[bytes] = []
        size, limit = 0, self._limits.max_bytes
        while piece := response.raw.read(min(_PIECE, limit + 1 - size), decode_content=False):
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                raise self._too_large(response, size)
        # Of one piece, as most come, this makes no copy.
        return b"".join(pieces)

    def _too_large(self, response: requests.Response, received: int) -> TooLarge:
        error = TooLarge(
            "Phonon's answer is longer than the portal reads. The portal asks for fewer UUIDs.",
            http_status=response.status_code,
        )
        error.bytes = received
        return error


def _milliseconds_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _timed_out() -> TimedOut:
    """Of the answer: connecting takes too long by the clock of the line."""
    return TimedOut("Phonon's side took too long to answer.", was_sent=True)


def _bare(error: PullError) -> PullError:
    """The error without its past: frames of the library, where the request's body lies about."""
    error.__traceback__ = error.__context__ = error.__cause__ = None
    return error


def _translated(error: BaseException) -> PullError:
    """The library's error in our words."""
    if isinstance(error, requests.exceptions.SSLError | urllib3.exceptions.SSLError):
        if "CERTIFICATE_VERIFY_FAILED" in str(error) or "hostname" in str(error).lower():
            return CertificateRefused(
                "The server behind the endpoint URL could not prove that it is Phonon's. Nothing "
                "was sent. Check the endpoint URL with Phonon."
            )
        return Unreachable("A secure connection to Phonon's server could not be made.")
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError):
        return _timed_out()
    if isinstance(error, urllib3.exceptions.IncompleteRead) or "IncompleteRead" in repr(error):
        return CutShort("Phonon's answer broke off.", was_sent=True)
    if isinstance(error, requests.exceptions.InvalidURL | urllib3.exceptions.LocationParseError):
        return EndpointRefused("The endpoint URL cannot be read. Check it with Phonon.")
    return Unreachable("The connection to Phonon's server broke.", was_sent=True)
