"""Bodies of requests, received on the event loop before a thread is taken for the page.

A body waits in memory up to MEMORY_BYTES and on disk beyond. It must keep to a pace, and from a
person who is not signed in no more of it is kept than a form holds.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MEMORY_BYTES = 1 << 15
# A body has so long, and a second more for each PACE_BYTES that have come.
GRACE_SECONDS = 20
PACE_BYTES = 16_000
# After an early answer, what still comes of the body is taken for so long, pauses for so long each.
LINGER_SECONDS = 10
PAUSE_SECONDS = 1


class Late(Exception):
    """The body does not come at the pace that it must keep."""


class Left(Exception):
    """The client has left, or sends chunks that cannot be read: the server tells both alike."""


@dataclass(slots=True)
class Body:
    """What has come. `length` counts what was declared, or without a declaration what came."""

    file: IO[bytes]
    length: int

    @property
    def is_refused(self) -> bool:
        """Whether it is too long; then some of it may still be on its way."""
        return self.length > settings.REQUEST_MAX_BYTES

    def request(self, scope: Scope) -> ASGIRequest:
        self.file.seek(0)
        request = ASGIRequest(_readable(scope), self.file)
        request.META["CONTENT_LENGTH"] = str(self.length)
        return request


@asynccontextmanager
async def received(
    scope: Scope, receive: Receive, is_signed_in: Callable[[Scope], Awaitable[bool]]
) -> AsyncIterator[Body]:
    """The whole body; its file is closed with the block.

    A body longer than REQUEST_MAX_BYTES is not read to its end: the page that refuses it asks for
    its length alone. Of a long body that nobody signed in sends nothing is kept, and its page
    finds an empty one. Raises Late or Left.
    """
    with tempfile.SpooledTemporaryFile(MEMORY_BYTES) as file:
        declared = _declared(scope)
        if declared > settings.REQUEST_MAX_BYTES:
            yield Body(file, declared)
            return
        came, is_kept = 0, True
        async for piece in _pieces(receive):
            if came <= MEMORY_BYTES < came + len(piece) and not await is_signed_in(scope):
                is_kept = False
                file.truncate(0)
            came += len(piece)
            if is_kept:
                file.write(piece)
            if came > settings.REQUEST_MAX_BYTES:
                break
        yield Body(file, came if is_kept or came > settings.REQUEST_MAX_BYTES else 0)


async def _pieces(receive: Receive) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + GRACE_SECONDS
    more = True
    while more:
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            raise Late from None
        if message["type"] == "http.disconnect":
            raise Left
        piece = message.get("body", b"")
        deadline += len(piece) / PACE_BYTES
        more = message.get("more_body", False)
        yield piece


async def left(receive: Receive) -> None:
    """Returns once the client has left, whatever it sends until then."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def linger(receive: Receive) -> None:
    """Drops what still comes of a body after an early answer, within LINGER_SECONDS.

    Many a client reads its answer when it has sent all. A connection that is closed before is
    reset, and the answer is lost.
    """
    more = True
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            while more:
                async with asyncio.timeout(PAUSE_SECONDS):
                    more = (await receive()).get("more_body", False)


def _declared(scope: Scope) -> int:
    return next((int(value) for name, value in scope["headers"] if name == b"content-length"), 0)


def _readable(scope: Scope) -> Scope:
    # An address may hold any bytes; a page then says that there is nothing at it.
    return scope | {"query_string": scope["query_string"].decode("utf-8", "replace")}


def is_signed_in(scope: Scope) -> bool:
    """Whether the request's session is one of a person. Asks the database, so on a thread."""
    key = ASGIRequest(_readable(scope), BytesIO()).COOKIES.get(settings.SESSION_COOKIE_NAME)
    store = import_module(settings.SESSION_ENGINE).SessionStore(key)
    close_old_connections()
    try:
        return SESSION_KEY in store
    finally:
        close_old_connections()
