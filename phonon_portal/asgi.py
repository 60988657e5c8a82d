"""The portal's pages behind an event loop: a connection that waits holds no thread.

The loop receives a request with its body, a thread makes the page, and the loop sends it. Django's
own ASGI handler does not fit: it reads a streamed download whole before it sends a byte of it, and
gives each request a new thread.
"""

import asyncio
import gc
import logging
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import Any

import django
from django.core import signals
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import get_resolver

from lookups import private
from phonon_portal import bodies, short_answers
from phonon_portal.bodies import Body, Message, Receive, Scope, Send

PAGE_THREADS = 8
DOWNLOAD_THREADS = 4
# A client that takes no piece of its answer for so long is cut off.
SEND_SECONDS = 60
PIECE_BYTES = 1 << 16
# A file up to this size, such as a style sheet, is read whole, so that its thread is free at once.
WHOLE_BYTES = 1 << 20

log = logging.getLogger(__name__)


class Pages(BaseHandler):
    """An ASGI application. `/livez` and downloads have threads of their own, so neither slow pages
    nor slow downloads hold up the others."""

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware()
        self._pages = ThreadPoolExecutor(PAGE_THREADS, "page")
        self._livez = ThreadPoolExecutor(1, "livez")
        self._downloads = ThreadPoolExecutor(DOWNLOAD_THREADS, "download")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def begin(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            async with bodies.received(scope, receive, self._is_signed_in) as body:
                await self._answer(body, scope, receive, begin)
            if body.is_refused:
                await bodies.linger(receive)
            return
        except bodies.Late:
            answer = short_answers.TOO_LATE
        except bodies.Left:
            answer = short_answers.BROKEN_OFF
        except Exception:
            log.exception("A request failed outside of its page.")
            answer = short_answers.FAILED
        # The server cuts off what was begun.
        if not has_begun:
            with suppress(bodies.Left):
                await _deliver(answer.start(), answer.content, send)
                await bodies.linger(receive)

    async def _is_signed_in(self, scope: Scope) -> bool:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pages, bodies.is_signed_in, scope)

    async def _answer(self, body: Body, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        request = body.request(scope)
        # Done once the client has left. With a refused body it is not watched: what still comes
        # may be chunks that cannot be read, and the server tells both alike.
        client = loop.create_future() if body.is_refused else loop.create_task(bodies.left(receive))
        # What a page activates, such as the team's time zone, holds for its own download alone.
        context = copy_context()
        pool = self._livez if request.path == "/livez" else self._pages
        try:
            start, content, download = await loop.run_in_executor(
                pool, context.run, self._respond, request, client
            )
            if body.is_refused:
                start["headers"].append((b"Connection", b"close"))
            if download is None:
                await _deliver(start, content, send)
            else:
                await loop.run_in_executor(
                    self._downloads, context.run, _stream, download, client,
                    lambda message: _from_thread(loop, send, message), start,
                )  # fmt: skip
        finally:
            client.cancel()

    def _respond(
        self, request: ASGIRequest, client: asyncio.Future[None]
    ) -> tuple[Message, bytes, StreamingHttpResponse | None]:
        """The head of the answer with its content, or with the download that is to be streamed."""
        if client.done():
            raise bodies.Left
        signals.request_started.send(sender=type(self), scope=request.scope)
        response = self.get_response(request)
        # As Django's own handlers do; its stubs do not know it.
        response._handler_class = type(self)  # type: ignore[attr-defined]
        start = _start(response)
        is_wanted = request.method != "HEAD"
        if is_wanted and isinstance(response, StreamingHttpResponse) and not _is_small(response):
            return start, b"", response
        try:
            return start, b"".join(response) if is_wanted else b"", None
        finally:
            response.close()


def _start(response: HttpResponseBase) -> Message:
    headers = [(name.encode("ascii"), value.encode("latin1")) for name, value in response.items()]
    headers += [
        (b"Set-Cookie", cookie.OutputString().encode("ascii"))
        for cookie in response.cookies.values()
    ]
    return {"type": "http.response.start", "status": response.status_code, "headers": headers}


def _is_small(response: HttpResponseBase) -> bool:
    return int(response.headers.get("Content-Length", WHOLE_BYTES + 1)) <= WHOLE_BYTES


def _piece(content: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": more}


async def _deliver(start: Message, content: bytes, send: Send) -> None:
    await send(start)
    for place in range(0, max(len(content), 1), PIECE_BYTES):
        more = place + PIECE_BYTES < len(content)
        await _in_time(send, _piece(content[place : place + PIECE_BYTES], more=more))


async def _in_time(send: Send, message: Message) -> None:
    """Raises Left when the client does not take it."""
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await send(message)
    except TimeoutError:
        raise bodies.Left from None


def _from_thread(loop: asyncio.AbstractEventLoop, send: Send, message: Message) -> None:
    asyncio.run_coroutine_threadsafe(_in_time(send, message), loop).result()


def _stream(
    download: StreamingHttpResponse, client: asyncio.Future[None], send: Any, start: Message
) -> None:
    """Sends a download as it is made. One that fails is cut off, so that it does not look whole."""
    try:
        send(start)
        for content in download:
            if client.done():
                return
            send(_piece(content, more=True))
        send(_piece(b"", more=False))
    except bodies.Left:
        pass
    except Exception:
        log.exception("A download failed and was cut off.")
    finally:
        download.close()


# The event loop, and with it `/livez`, waits less for pages that compute.
SWITCH_SECONDS = 0.001

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phonon_portal.settings")
django.setup(set_prefix=False)
private.close()
application = Pages()
sys.setswitchinterval(SWITCH_SECONDS)
# What is loaded by now stays, the pages too: to look through it for garbage would hold up a page
# for some 50 ms each time.
_ = get_resolver().url_patterns
gc.freeze()
