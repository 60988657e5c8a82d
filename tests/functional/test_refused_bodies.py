"""A client whose body is refused reads why, however much of it is still on its way."""

import socket
from collections.abc import Iterator
from http.client import HTTPResponse

import pytest
import requests
from django.conf import settings
from django.http import HttpResponse

from phonon_portal.short_answers import BROKEN_OFF
from tests.integration.test_headers import lack
from tests.web import Web, running

pytestmark = pytest.mark.django_db(transaction=True)

TRIES = 12
HEAD = "POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{}\r\n\r\n"
CHUNKED = HEAD.format("Transfer-Encoding: chunked")
DECLARED = HEAD.format("Content-Length: 70000000")
BROKEN = {
    "no number": "zz\r\nabc\r\n",
    "below zero": "-1\r\nabc\r\n",
    "number that is too long": "f" * 40 + "\r\nabc\r\n",
    "long extension": "3;" + "x" * 20_000 + "\r\nabc\r\n",
    "broken second chunk": "3\r\nabc\r\nzz\r\n",
}


@pytest.fixture
def web(transactional_db: None) -> Iterator[Web]:
    with running() as web:
        yield web


def asked(web: Web, request: str, *, until_closed: bool = False) -> tuple[HttpResponse, str]:
    """The answer with its headers, and its content."""
    with socket.create_connection(("127.0.0.1", web.port), timeout=15) as client:
        client.sendall(request.encode())
        answer = HTTPResponse(client)
        answer.begin()
        content = answer.read().decode()
        while until_closed and client.recv(100):
            pass
    return HttpResponse(status=answer.status, headers=dict(answer.getheaders())), content


def too_long() -> Iterator[bytes]:
    for _ in range(settings.REQUEST_MAX_BYTES // 1_000_000 + 5):
        yield bytes(1_000_000)


def test_a_body_that_is_too_long_is_answered_with_the_page(web):
    whole = b"".join(too_long())
    for _ in range(TRIES):
        for body in (whole, too_long()):  # with a declared length, and in chunks
            answer = requests.post(web.root, data=body, timeout=30)
            assert (answer.status_code, answer.headers["Connection"]) == (413, "close")
            assert "more than the portal takes at once" in answer.text


@pytest.mark.parametrize("sent", ["", "abc"])
def test_a_declared_length_alone_is_answered_with_the_page(web, sent):
    for _ in range(TRIES):
        answer, content = asked(web, DECLARED + sent)
        assert (answer.status_code, lack(answer)) == (413, [])
        assert "more than the portal takes at once" in content


def test_a_refused_client_that_sends_no_more_is_let_go(web):
    answer, _ = asked(web, DECLARED + "abc", until_closed=True)
    assert answer.status_code == 413


def test_a_body_of_broken_chunks_is_answered_with_a_sentence(web):
    for chunks in BROKEN.values():
        answer, content = asked(web, CHUNKED + chunks, until_closed=True)
        assert (answer.status_code, lack(answer)) == (400, [])
        assert content == f"{BROKEN_OFF.sentence}\n"
