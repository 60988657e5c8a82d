"""However the other side behaves, a request ends in time, reads little, and says why."""

import os
import socket
import struct
import threading
import time
from dataclasses import replace

import pytest

from lookups.pull import (
    Access,
    Client,
    CutShort,
    Encoded,
    Limits,
    NameNotFound,
    PullError,
    Redirected,
    TimedOut,
    TooLarge,
    Unreachable,
    Unreadable,
)
from tests.unit.pull.golden import UUID, as_bytes, envelope, flat
from tests.unit.pull.servers import Server, dripping, saying

QUICK = Limits(connect_seconds=0.5, read_seconds=0.4, total_seconds=0.6, max_bytes=200_000)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
GOOD = as_bytes(flat())


def answer(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = [b"HTTP/1.1 " + status, *headers, b"Content-Length: " + str(len(body)).encode()]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def ask(url: str, limits: Limits = QUICK):
    client = Client(limits=limits, allow_private=True)
    try:
        return client.pull(Access(url, 1), [UUID], "ALL")
    finally:
        client.close()


def error_from(url: str, limits: Limits = QUICK) -> PullError:
    with pytest.raises(PullError) as caught:
        ask(url, limits)
    return caught.value


def test_a_good_answer_is_read_with_its_size_and_time():
    with Server(saying(answer(GOOD))) as server:
        reply = ask(server.url)
    assert (reply.bytes, list(reply.calls)) == (len(GOOD), [UUID])
    assert 0 <= reply.milliseconds < 600


def test_an_answer_that_cannot_be_read_tells_its_size_and_its_own_time():
    with Server(saying(answer(b"no data"))) as server:
        client = Client(limits=Limits(), allow_private=True)
        raw = client.ask(Access(server.url, 1), [UUID], "ALL")
        client.close()
    with pytest.raises(Unreadable) as caught:
        replace(raw, milliseconds=12_345).read()
    assert (caught.value.bytes, caught.value.milliseconds) == (len(b"no data"), 12_345)


@pytest.mark.parametrize(
    "first",
    [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", OK + b"Content-Length: 90000\r\n\r\n"],
    ids=["status line", "headers", "body"],
)
def test_a_server_that_drips_is_cut_off_when_the_whole_time_is_up(first):
    began = time.monotonic()
    with Server(dripping(first, b"H" if not first else b"x")) as server:
        error = error_from(server.url)
    assert isinstance(error, TimedOut)
    assert error.reached_phonon
    assert 0.5 < time.monotonic() - began < 1.6
    assert 500 <= error.milliseconds < 1600


def test_a_body_without_length_that_is_cut_off_is_not_taken_for_whole():
    with Server(dripping(OK + b"\r\n" + GOOD, b" ")) as server:
        error = error_from(server.url)
    assert isinstance(error, TimedOut)
    assert error.http_status == 200


def test_chunks_that_drip_are_cut_off_too():
    head = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    with Server(dripping(head, b"1\r\nx\r\n")) as server:
        assert isinstance(error_from(server.url), TimedOut)


def test_a_server_that_says_nothing_is_given_up_after_the_read_time():
    """The server would speak, and the whole time would be up, much later."""
    may_speak = threading.Event()
    patient = replace(QUICK, total_seconds=60)
    with Server(lambda connection: may_speak.wait(30) and None) as server:
        began = time.monotonic()
        assert isinstance(error_from(server.url, patient), TimedOut)
        assert time.monotonic() - began < 10
        may_speak.set()


def test_a_client_is_as_good_as_new_after_a_request_that_took_too_long():
    client = Client(limits=QUICK, allow_private=True)
    with Server(dripping(OK + b"\r\n")) as slow, Server(saying(answer(GOOD))) as good:
        with pytest.raises(TimedOut):
            client.pull(Access(slow.url, 1), [UUID], "ALL")
        assert client.pull(Access(good.url, 1), [UUID], "ALL").code == 200
    client.close()


def test_a_declared_length_past_the_limit_is_refused_without_reading():
    head = OK + b"Content-Length: 104857600\r\n\r\n"
    with Server(saying(head)) as server:
        error = error_from(server.url)
    assert isinstance(error, TooLarge)
    assert (error.action, error.bytes) == ("shrink", 0)


@pytest.mark.parametrize("head", [b"\r\n", b"Transfer-Encoding: chunked\r\n\r\n"])
def test_an_endless_body_is_read_no_further_than_the_limit(head):
    chunk = b"x" * 8192
    drop = b"2000\r\n" + chunk + b"\r\n" if b"chunked" in head else chunk
    with Server(dripping(OK + head, drop * 8, 0.0)) as server:
        error = error_from(server.url)
    assert isinstance(error, TooLarge)
    assert error.bytes <= QUICK.max_bytes + 65_536


def test_a_body_just_within_the_limit_is_read():
    body = GOOD + b" " * (QUICK.max_bytes - len(GOOD))
    with Server(saying(answer(body))) as server:
        assert ask(server.url).bytes == QUICK.max_bytes


@pytest.mark.parametrize("encoding", [b"gzip", b"deflate", b"br", b"zstd", b"gzip, gzip", b"x"])
def test_a_compressed_answer_is_refused_unread(encoding):
    with Server(saying(answer(GOOD, b"Content-Encoding: " + encoding))) as server:
        assert isinstance(error_from(server.url), Encoded)


def test_a_failing_gateways_compressed_page_is_just_a_failure():
    page = answer(b"\x1f\x8b", b"Content-Encoding: gzip", status=b"502 Bad Gateway")
    with Server(saying(page)) as server:
        error = error_from(server.url)
    assert (error.action, error.http_status) == ("retry", 502)


def test_we_ask_for_plain_data():
    with Server(saying(answer(GOOD))) as server:
        ask(server.url)
        (request,) = server.requests
    assert b"accept-encoding: identity" in request.lower()


@pytest.mark.parametrize("short_by", [1, 100, len(GOOD)])
def test_a_body_shorter_than_declared_is_cut_short(short_by):
    whole = answer(GOOD)
    with Server(saying(whole[: len(whole) - short_by])) as server:
        error = error_from(server.url)
    assert isinstance(error, CutShort)
    assert (error.reached_phonon, error.http_status) == (True, 200)


@pytest.mark.parametrize(
    "body", [b"ffff\r\nshort", b"zz\r\nx\r\n0\r\n\r\n", b"-5\r\nx\r\n", b""], ids=repr
)
def test_broken_chunks_are_no_answer(body):
    head = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    with Server(saying(head + body)) as server:
        assert error_from(server.url).action == "retry"


@pytest.mark.parametrize(
    "sent",
    [b"", b"HTTP/1.1", b"garbage\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", OK + b"X: " + b"x" * 70_000],
    ids=["nothing", "half a line", "garbage", "no status", "endless header"],
)
def test_what_is_no_http_is_a_broken_connection(sent):
    with Server(saying(sent)) as server:
        error = error_from(server.url)
    assert isinstance(error, Unreachable | Unreadable)
    assert error.action == "retry"
    assert error.reached_phonon


@pytest.mark.parametrize("after", [0, 20, len(OK) + 30, len(OK) + 300])
def test_a_reset_at_any_place_is_a_broken_connection(after):
    def act(connection: socket.socket) -> None:
        connection.sendall(answer(GOOD)[:after])
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with Server(act) as server:
        assert error_from(server.url).action == "retry"
        assert server.connections == 1


@pytest.mark.parametrize("status", [b"301 X", b"302 X", b"303 X", b"307 X", b"308 X"])
@pytest.mark.parametrize("place", ["same", "other", "file:///etc/passwd", "//127.0.0.1/x", "/y"])
def test_a_redirect_is_never_followed(status, place):
    with Server(saying(answer(GOOD))) as other:
        target = {"other": other.url}.get(place, place)
        body = as_bytes(envelope([], 303))
        reply = answer(body, b"Location: " + target.encode(), status=status)
        with Server(saying(reply)) as server:
            assert isinstance(error_from(server.url), Redirected)
            assert (server.connections, other.connections) == (1, 0)


def test_a_redirects_body_is_read_no_further_than_the_limit():
    head = b"HTTP/1.1 302 X\r\nLocation: /y\r\nContent-Encoding: gzip\r\n\r\n"
    with Server(dripping(head, b"x" * 65_536, 0.0)) as server:
        assert isinstance(error_from(server.url), Redirected)


def test_nobody_listening_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = error_from(f"http://127.0.0.1:{port}/")
    assert isinstance(error, Unreachable)
    assert not error.reached_phonon


def test_a_name_that_does_not_exist_needs_a_person(monkeypatch):
    def nobody(*args: object, **more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    error = error_from("http://pull.phonon.example/")
    assert isinstance(error, NameNotFound)
    assert error.action == "pause"


def test_a_name_server_in_trouble_is_tried_again(monkeypatch):
    def not_now(*args: object, **more: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(socket, "getaddrinfo", not_now)
    assert error_from("http://pull.phonon.example/").action == "retry"


def test_a_slow_name_server_is_given_up(monkeypatch):
    never = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: never.wait(5) and [])
    error = error_from("http://pull.phonon.example/")
    assert isinstance(error, TimedOut)
    assert not error.reached_phonon
    never.set()


def test_proxies_of_the_environment_are_ignored(monkeypatch):
    with Server(saying(answer(GOOD))) as proxy, Server(saying(answer(GOOD))) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        ask(server.url)
        assert (proxy.connections, server.connections) == (0, 1)


def test_cookies_are_not_kept():
    # The server hangs up after each answer and says so: else the second request could meet that.
    kind = answer(GOOD, b"Set-Cookie: a=b; Path=/", b"Connection: close")
    with Server(saying(kind)) as server:
        client = Client(allow_private=True)
        for _ in range(2):
            client.pull(Access(server.url, 1), [UUID], "ALL")
        client.close()
        assert [b"cookie" in request.lower() for request in server.requests] == [False, False]


def test_requests_leave_no_open_files_behind():
    def count() -> int:
        return len(os.listdir("/proc/self/fd"))

    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("this system does not list open files")
    with Server(saying(answer(GOOD)[:-5])) as server:
        error_from(server.url)
        before = count()
        for _ in range(20):
            error_from(server.url)
        assert count() <= before + 2


@pytest.mark.parametrize(
    ("version", "uuids", "which"), [(3, [UUID], "ALL"), (1, [], "ALL"), (1, [UUID], "SOME")]
)
def test_a_question_without_sense_is_refused_before_anything_is_sent(version, uuids, which):
    client = Client(allow_private=True)
    with pytest.raises(ValueError, match=r"api_version|nothing|fetch_attempt"):
        client.pull(Access("http://127.0.0.1:9/", version), uuids, which)
