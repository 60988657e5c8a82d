"""Clients that are slow, on purpose or not, take nothing from the others."""

import contextlib
import socket
from collections.abc import Callable, Iterator

import pytest
import requests
from django.conf import settings

from lookups.models import Lookup, LookupItem
from tests.web import Web, running

pytestmark = pytest.mark.django_db(transaction=True)

SLOW = 120
"""Of each kind: seven times the threads of the two processes."""
FORM = (
    "POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    "Content-Length: 100000\r\n{}\r\nquery=x"
)
ITEMS = 5_000
KINDS = {
    "connects and sends nothing": lambda cookie: "",
    "stops in the head": lambda cookie: "GET /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    "stops in the body of the sign-in": lambda cookie: FORM.format("/sign-in/", ""),
    "stops in the body of a lookup": lambda cookie: FORM.format("/preview", cookie),
    "takes nothing of its answer": lambda cookie: (
        "GET /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    ),
}


@pytest.fixture
def web(transactional_db: None) -> Iterator[Web]:
    with running() as web:
        yield web


@pytest.fixture
def browser(agent, signed_in) -> requests.Session:
    session = requests.Session()
    cookie = signed_in(agent).cookies[settings.SESSION_COOKIE_NAME]
    session.cookies.set(settings.SESSION_COOKIE_NAME, cookie.value)
    return session


@pytest.mark.parametrize("kind", KINDS)
def test_pages_and_livez_answer_beside_slow_clients(web, browser, kind):
    cookie = f"Cookie: {settings.SESSION_COOKIE_NAME}={browser.cookies.values()[0]}\r\n"
    with contextlib.ExitStack() as slow:
        for _ in range(SLOW):
            client = slow.enter_context(socket.create_connection(("127.0.0.1", web.port)))
            client.sendall(KINDS[kind](cookie).encode())
        for _ in range(5):
            assert browser.get(f"{web.root}/lookups/", timeout=15).status_code == 200
            assert requests.get(f"{web.root}/livez", timeout=15).text == "ok\n"


def test_nothing_of_a_long_body_that_nobody_signed_in_sends_is_kept(web):
    """Its page finds an empty form, and leads to the sign-in."""
    answer = requests.post(
        f"{web.root}/preview", data={"text": "x" * 1_000_000}, allow_redirects=False, timeout=15
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/?next=/")


def test_a_request_that_declares_too_much_is_refused_unread(web):
    with socket.create_connection(("127.0.0.1", web.port), timeout=15) as client:
        client.sendall(FORM.format("/preview", "").replace("100000", "999999999").encode())
        assert client.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_head_that_is_too_long_is_refused(web):
    answer = requests.get(web.root, headers={"X-Long": "x" * 100_000}, timeout=15)
    assert answer.status_code == 431


@pytest.fixture
def long_lookup(look_up, credential) -> Lookup:
    """Its export is longer than what the system holds between server and client."""
    lookup = look_up("00000000-0000-4000-8000-000000000000", credential)
    note = {"note": "n" * 4000}
    LookupItem.objects.bulk_create(
        LookupItem(
            lookup=lookup, position=place, line=place, kind=LookupItem.Kind.UNIQUE, columns=note,
            uuid=f"00000000-0000-4000-8000-{place:012}", outcome=LookupItem.Outcome.PENDING,
        )
        for place in range(10, 10 + ITEMS)
    )  # fmt: skip
    Lookup.objects.filter(pk=lookup.pk).update(input_columns=["note"])
    return lookup


@pytest.fixture
def begun(long_lookup, web, browser) -> Callable[[], requests.Response]:
    """Begins a download that stands still until it is read."""

    def begin() -> requests.Response:
        address = f"{web.root}/lookups/{long_lookup.pk}/export?format=csv"
        return browser.get(address, stream=True, timeout=30)

    return begin


def test_what_has_begun_is_finished_before_the_process_ends(web, begun):
    download = begun()
    with socket.create_connection(("127.0.0.1", web.port), timeout=30) as late:
        late.sendall(FORM.format("/sign-in/", "").replace("100000", "10").encode())
        web.process.terminate()
        late.sendall(b"abc")
        assert late.recv(100).startswith(b"HTTP/1.1 403 ")
    assert download.content.count(b"\r\n") == ITEMS + 2
    assert web.process.wait(30) == 0


def test_downloads_that_nobody_reads_hold_no_page_up(web, begun, browser):
    downloads = [begun() for _ in range(4)]
    assert browser.get(f"{web.root}/lookups/", timeout=15).status_code == 200
    for download in downloads:
        download.close()


@pytest.mark.parametrize(("behind", "status"), [("false", 301), ("true", 403)])
def test_only_the_proxy_says_that_a_request_was_https(transactional_db, behind, status):
    """Loopback is no proxy. /metrics needs no style sheet, and refuses who may not read it."""
    settings = {"DJANGO_SETTINGS_MODULE": "phonon_portal.settings", "HTTPS_ONLY": "true"}
    with running(BEHIND_TLS_PROXY=behind, **settings) as web:
        answer = requests.get(
            f"{web.root}/metrics", headers={"X-Forwarded-Proto": "https"},
            allow_redirects=False, timeout=15,
        )  # fmt: skip
        assert answer.status_code == status
