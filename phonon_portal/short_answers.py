"""Answers that the event loop gives by itself, where no page can be made: one sentence each.

They carry the headers of every page, and close the connection, since what is left of the request
may still be on its way.
"""

from dataclasses import dataclass

from django.conf import settings

from lookups.views import hardening
from phonon_portal.bodies import Message


@dataclass(frozen=True)
class ShortAnswer:
    status: int
    sentence: str

    @property
    def content(self) -> bytes:
        return f"{self.sentence}\n".encode()

    def start(self) -> Message:
        headers = hardening.headers() | {
            "X-Frame-Options": settings.X_FRAME_OPTIONS,
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
            "Vary": "HX-Request",
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(self.content)),
            "Connection": "close",
        }
        named = [(name.encode("ascii"), value.encode("latin1")) for name, value in headers.items()]
        return {"type": "http.response.start", "status": self.status, "headers": named}


TOO_LATE = ShortAnswer(408, "The request did not come in time. Send it again.")
BROKEN_OFF = ShortAnswer(400, "The request cannot be read to its end. Send it again.")
FAILED = ShortAnswer(500, "The portal made a mistake. It is in the log. Try again later.")
