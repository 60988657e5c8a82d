"""Bodies are received before a page takes a thread, at a pace, and within limits."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from phonon_portal import bodies
from phonon_portal.bodies import Body, Late, Left, Message, Scope

LONG = bodies.MEMORY_BYTES * 3


def scope(**headers: str) -> Scope:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": named,
    }  # fmt: skip


def take(
    messages: AsyncIterator[Message], *, signed_in: bool = True, **headers: str
) -> tuple[bytes, Body]:
    """What a page would read, and the body."""

    async def is_signed_in(_: Scope) -> bool:
        return signed_in

    async def run() -> tuple[bytes, Body]:
        async with bodies.received(scope(**headers), messages.__anext__, is_signed_in) as body:
            return body.request(scope(**headers)).read(), body

    return asyncio.run(run())


async def pieces(*sizes: int) -> AsyncIterator[Message]:
    for place, size in enumerate(sizes, start=1):
        body = b"x" * size
        yield {"type": "http.request", "body": body, "more_body": place < len(sizes)}


async def stopping() -> AsyncIterator[Message]:
    yield {"type": "http.request", "body": b"x", "more_body": True}
    await asyncio.Event().wait()


async def dripping() -> AsyncIterator[Message]:
    while True:
        await asyncio.sleep(0.001)
        yield {"type": "http.request", "body": b"x", "more_body": True}


async def leaving() -> AsyncIterator[Message]:
    yield {"type": "http.request", "body": b"x", "more_body": True}
    yield {"type": "http.disconnect"}


def test_a_body_comes_whole_from_memory_and_from_disk():
    assert take(pieces(3, 0, 4))[0] == b"x" * 7
    read, body = take(pieces(LONG, LONG, 1))
    assert len(read) == body.length == 2 * LONG + 1


def test_memory_holds_a_small_part_of_a_long_body():
    async def run() -> None:
        async with bodies.received(scope(), pieces(LONG).__anext__, _yes) as body:
            assert body.file._rolled

    asyncio.run(run())


async def _yes(_: Scope) -> bool:
    return True


@pytest.mark.parametrize("slow", [stopping, dripping])
def test_a_body_that_stops_or_drips_is_given_up(slow, monkeypatch):
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.05)
    with pytest.raises(Late):
        take(slow())


def test_a_body_that_keeps_its_pace_has_all_the_time_it_needs(monkeypatch):
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.05)
    monkeypatch.setattr(bodies, "PACE_BYTES", 1)

    async def steady() -> AsyncIterator[Message]:
        for number in range(20):
            await asyncio.sleep(0.01)
            yield {"type": "http.request", "body": b"x" * 100, "more_body": number < 19}

    assert len(take(steady())[0]) == 2000


def test_a_client_that_leaves_is_waited_for_no_longer():
    with pytest.raises(Left):
        take(leaving())


def test_nothing_is_read_of_a_body_that_says_it_is_too_long(settings):
    settings.REQUEST_MAX_BYTES = 100
    read, body = take(stopping(), content_length="101")
    assert (read, body.length) == (b"", 101)


def test_a_body_without_a_length_is_read_to_the_limit_and_a_piece_beyond(settings):
    settings.REQUEST_MAX_BYTES = 100
    assert take(dripping())[1].length == 101


def test_only_a_disconnection_tells_that_the_client_has_left():
    async def run() -> None:
        messages = leaving()
        await bodies.left(messages.__anext__)
        with pytest.raises(StopAsyncIteration):
            await messages.__anext__()
        sending = asyncio.create_task(bodies.left(stopping().__anext__))
        await asyncio.wait([sending], timeout=0.01)
        assert not sending.done()
        sending.cancel()

    asyncio.run(run())


@pytest.mark.parametrize("slow", [stopping, dripping])
def test_what_still_comes_of_a_refused_body_is_taken_for_a_bounded_time(slow, monkeypatch):
    monkeypatch.setattr(bodies, "LINGER_SECONDS", 0.05)
    monkeypatch.setattr(bodies, "PAUSE_SECONDS", 0.02)
    asyncio.run(bodies.linger(slow().__anext__))


@pytest.mark.parametrize("messages", [leaving(), pieces(LONG, LONG)])
def test_lingering_ends_with_the_body_or_the_client(messages):
    async def run() -> None:
        await bodies.linger(messages.__anext__)
        with pytest.raises(StopAsyncIteration):
            await messages.__anext__()

    asyncio.run(run())


def test_a_long_body_of_nobody_is_not_kept():
    read, body = take(pieces(LONG, LONG), signed_in=False)
    assert (read, body.length) == (b"", 0)
    assert take(pieces(100), signed_in=False)[0] == b"x" * 100


def test_an_address_of_any_bytes_can_be_read():
    odd = scope() | {"query_string": b"q=\xff"}
    with_body = Body(bodies.BytesIO(), 0)
    assert with_body.request(odd).GET["q"] == "\ufffd"
