"""Everything that can go wrong in one request to the Pull API, and what it asks of us.

    PullError
    ├── EndpointRefused      PAUSE   the endpoint URL is not one we may call (nothing was sent)
    ├── NameNotFound         PAUSE   the endpoint's host name does not exist
    ├── CertificateRefused   PAUSE   the server could not prove who it is
    ├── Unreachable          RETRY   refused, reset, network down
    ├── TimedOut             RETRY   connecting, reading or the whole request took too long
    ├── Redirected           PAUSE   an HTTP redirect, which is never followed
    ├── HttpRefused          varies  an HTTP error status without a readable reply
    ├── Unreadable           RETRY   a body that is no valid reply (SPLIT: only some items are)
    │   ├── WebPage          RETRY   a web page instead of data
    │   ├── CutShort         RETRY   the body ended before its declared length
    │   ├── Encoded          PAUSE   compressed although we asked for plain data
    │   └── TooLarge         SHRINK  more bytes than we read
    └── CodeRefused          varies  a reply whose code says no: see the table in `codes`

The library's own exceptions never leave this package, and no error holds an id of a credential.
"""

from __future__ import annotations

from enum import StrEnum

from lookups.refusal import Refusal


class Action(StrEnum):
    """What the caller should do about a failed request."""

    RETRY = "retry"
    """The same again, later."""
    PAUSE = "pause"
    """Stop asking with this credential until a person has looked."""
    SHRINK = "shrink"
    """Ask for fewer UUIDs at a time, from now on."""
    SPLIT = "split"
    """Ask for the halves apart: one of the UUIDs may be to blame."""
    REORDER = "reorder"
    """Ask again with the UUIDs in another order."""
    FAIL = "fail"
    """Give up and show code and message as they came."""


class PullError(Refusal):
    """A request that brought no answer."""

    usual_action = Action.FAIL

    def __init__(
        self,
        sentence: str,
        *,
        action: Action | None = None,
        http_status: int | None = None,
        code: int | None = None,
        message: str = "",
        retry_after: float | None = None,
        was_sent: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.action = action or self.usual_action
        self.http_status = http_status
        self.code = code
        self.message = message
        self.retry_after = retry_after
        """Seconds Phonon asked us to wait, 0 to 600, or None."""
        self.milliseconds = 0
        self.bytes = 0
        self._was_sent = was_sent

    @property
    def reached_phonon(self) -> bool:
        """Whether the question came as far as Phonon's server, so that a UUID may be to blame."""
        return self._was_sent or self.http_status is not None


class EndpointRefused(PullError):
    usual_action = Action.PAUSE


class NameNotFound(PullError):
    usual_action = Action.PAUSE


class CertificateRefused(PullError):
    usual_action = Action.PAUSE


class Unreachable(PullError):
    usual_action = Action.RETRY


class TimedOut(PullError):
    usual_action = Action.RETRY


class Redirected(PullError):
    usual_action = Action.PAUSE


class HttpRefused(PullError):
    pass


class Unreadable(PullError):
    usual_action = Action.RETRY


class WebPage(Unreadable):
    pass


class CutShort(Unreadable):
    pass


class Encoded(Unreadable):
    usual_action = Action.PAUSE


class TooLarge(Unreadable):
    usual_action = Action.SHRINK


class CodeRefused(PullError):
    pass
