"""The ASGI application: pages on threads, `/livez` apart from them, downloads streamed and cut."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from phonon_portal import asgi
from phonon_portal.bodies import Message
from tests.integration.test_headers import lack

PAGE = "/lookups/"


class Client:
    """One request; `sent` is what the application gave for it."""

    def __init__(self, path: str, method: str = "GET") -> None:
        self.scope = {
            "type": "http", "method": method, "path": path, "query_string": b"",
            "headers": [(b"host", b"127.0.0.1")], "client": ("192.0.2.7", 1), "scheme": "http",
        }  # fmt: skip
        self.sent: list[Message] = []
        self.left = asyncio.Event()
        self._asked = False

    async def receive(self) -> Message:
        if self._asked:
            await self.left.wait()
            return {"type": "http.disconnect"}
        self._asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    async def ask(self, pages: asgi.Pages) -> "Client":
        await pages(self.scope, self.receive, self.send)
        return self

    @property
    def status(self) -> int:
        return self.sent[0]["status"]

    @property
    def content(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])

    @property
    def is_whole(self) -> bool:
        return self.sent[-1].get("more_body") is False


@pytest.fixture
def pages() -> Iterator[asgi.Pages]:
    pages = asgi.Pages()
    yield pages
    for pool in (pages._pages, pages._livez, pages._downloads):
        pool.shutdown()


@pytest.fixture
def serve(pages: asgi.Pages, monkeypatch) -> Callable[[Callable[..., Any]], asgi.Pages]:
    """Puts a view of the test's own at PAGE."""
    real = pages.get_response

    def serve(view: Callable[[HttpRequest], Any]) -> asgi.Pages:
        def respond(request: HttpRequest) -> Any:
            return view(request) if request.path == PAGE else real(request)

        monkeypatch.setattr(pages, "get_response", respond)
        return pages

    return serve


def test_livez_answers_while_every_thread_is_at_a_slow_page(serve):
    async def run(pages: asgi.Pages, end: threading.Event) -> None:
        slow = [asyncio.create_task(Client(PAGE).ask(pages)) for _ in range(asgi.PAGE_THREADS * 3)]
        livez = await Client("/livez").ask(pages)
        assert (livez.status, livez.content) == (200, b"ok\n")
        assert not any(task.done() for task in slow)
        end.set()
        assert {client.content for client in await asyncio.gather(*slow)} == {b"late"}

    end = threading.Event()

    def wait(_: HttpRequest) -> HttpResponse:
        end.wait()
        return HttpResponse("late")

    asyncio.run(run(serve(wait), end))


def test_pages_go_on_while_downloads_stand_still(serve):
    async def run(pages: asgi.Pages) -> None:
        taken = asyncio.Event()

        class Stuck(Client):
            async def send(self, message: Message) -> None:
                await taken.wait()

        count = asgi.PAGE_THREADS + asgi.DOWNLOAD_THREADS
        stuck = [asyncio.create_task(Stuck(PAGE).ask(pages)) for _ in range(count)]
        for _ in stuck:
            assert (await Client("/sign-in/").ask(pages)).status == 200
        assert not any(task.done() for task in stuck)
        taken.set()
        await asyncio.gather(*stuck)

    asyncio.run(run(serve(lambda _: StreamingHttpResponse(iter([b"row"])))))


def test_a_download_is_sent_as_it_is_made(serve):
    first_is_sent = threading.Event()

    def rows() -> Iterator[bytes]:
        yield b"first,"
        assert first_is_sent.wait(30)
        yield b"second"

    class Watching(Client):
        async def send(self, message: Message) -> None:
            await super().send(message)
            if message.get("body") == b"first,":
                first_is_sent.set()

    pages = serve(lambda _: StreamingHttpResponse(rows()))
    client = asyncio.run(Watching(PAGE).ask(pages))
    assert (client.content, client.is_whole) == (b"first,second", True)


def test_a_download_that_fails_does_not_look_whole(serve, caplog):
    def rows() -> Iterator[bytes]:
        yield b"first"
        raise ValueError

    pages = serve(lambda _: StreamingHttpResponse(rows()))
    client = asyncio.run(Client(PAGE).ask(pages))
    assert (client.content, client.is_whole) == (b"first", False)
    assert "cut off" in caplog.text


def test_a_download_ends_when_its_client_leaves(serve):
    made = []

    async def run() -> None:
        client = Client(PAGE)

        def rows() -> Iterator[bytes]:
            for number in range(1000):
                made.append(number)
                yield b"row"
                if number == 3:
                    loop.call_soon_threadsafe(client.left.set)

        loop = asyncio.get_running_loop()
        await client.ask(serve(lambda _: StreamingHttpResponse(rows())))

    asyncio.run(run())
    assert len(made) < 1000


def test_a_client_that_takes_nothing_is_cut_off(serve, monkeypatch):
    monkeypatch.setattr(asgi, "SEND_SECONDS", 0.05)

    class Stuck(Client):
        async def send(self, message: Message) -> None:
            await super().send(message)
            if "body" in message:
                await asyncio.Event().wait()

    for view in (
        lambda _: StreamingHttpResponse(iter([b"row"] * 9)),
        lambda _: HttpResponse(b"x" * asgi.PIECE_BYTES * 3),
    ):
        client = asyncio.run(Stuck(PAGE).ask(serve(view)))
        assert len(client.sent) == 2
        assert not client.is_whole


def test_a_large_page_comes_in_pieces_and_whole(serve):
    content = bytes(range(256)) * 1000
    client = asyncio.run(Client(PAGE).ask(serve(lambda _: HttpResponse(content))))
    assert (client.content, client.is_whole) == (content, True)
    assert len(client.sent) > 3


def test_nothing_is_made_of_a_download_that_is_asked_for_by_head(serve):
    made = []
    pages = serve(lambda _: StreamingHttpResponse(made.append(1) or b"" for _ in range(9)))
    client = asyncio.run(Client(PAGE, method="HEAD").ask(pages))
    assert (client.status, client.content, made) == (200, b"", [])


def test_a_fault_outside_of_a_page_is_logged_once_and_answered(serve, caplog):
    def broken(_: HttpRequest) -> HttpResponse:
        raise ValueError("planted")

    client = asyncio.run(Client(PAGE).ask(serve(broken)))
    assert (client.status, client.is_whole) == (500, True)
    assert b"planted" not in client.content
    assert [bool(record.exc_info) for record in caplog.records] == [True]


def test_a_short_answer_hardens_the_browser_as_a_page_does(serve):
    def broken(_: HttpRequest) -> HttpResponse:
        raise ValueError

    client = asyncio.run(Client(PAGE).ask(serve(broken)))
    answer = HttpResponse(
        headers={name.decode(): value.decode() for name, value in client.sent[0]["headers"]}
    )
    assert lack(answer) == []


def test_a_fault_in_a_begun_answer_cuts_it_off(serve, caplog):
    class Refusing(Client):
        async def send(self, message: Message) -> None:
            await super().send(message)
            if "body" in message:
                raise RuntimeError

    client = asyncio.run(Refusing(PAGE).ask(serve(lambda _: HttpResponse("page"))))
    assert len(client.sent) == 2
    assert len(caplog.records) == 1
