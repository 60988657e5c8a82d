"""No endpoint URL, however spelt, and no name, wherever it leads, opens the inner network."""

import ipaddress
import socket

import pytest

from lookups.pull import Access, Client, EndpointRefused, Limits, Unreachable, check_url, origin
from lookups.pull.wire import inner_places
from lookups.pull.wire.guard import is_public
from tests.unit.pull.addresses import FINE_URLS, NOT_PUBLIC, PUBLIC, REFUSED_URLS
from tests.unit.pull.golden import UUID, as_bytes, flat
from tests.unit.pull.servers import Server, saying


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_of_no_public_network_is_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public(address):
    assert is_public(ipaddress.ip_address(address))


def test_the_tables_are_as_long_as_they_should_be():
    assert len(NOT_PUBLIC) >= 50
    assert len(REFUSED_URLS) >= 60


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_an_odd_url_is_refused_with_a_sentence(url):
    with pytest.raises(EndpointRefused) as caught:
        check_url(url)
    assert caught.value.sentence.endswith(".")
    assert caught.value.action == "pause"
    assert "secret" not in caught.value.sentence


def test_every_place_of_the_tables_has_its_reason():
    networks = [reason for _, reason in inner_places.NETWORKS]
    reasons = [*networks, *inner_places.ENDINGS.values(), *inner_places.NAMES.values()]
    assert all(reasons)
    for ending, reason in inner_places.ENDINGS.items():
        with pytest.raises(EndpointRefused) as caught:
            check_url(f"https://pull.phonon.{ending}/")
        assert reason in caught.value.sentence


def test_the_list_of_allowed_hosts_opens_no_inner_name():
    with pytest.raises(EndpointRefused, match="not public"):
        check_url("https://phonon.production.svc/", ["phonon.production.svc"])


@pytest.mark.parametrize(
    ("url", "leads_to"),
    [
        ("https://PULL.phonon.example/v2?x=y", "https://pull.phonon.example:443"),
        ("https://pull.phonon.example:8443/", "https://pull.phonon.example:8443"),
        ("http://127.0.0.1:8099/v1/pull", "http://127.0.0.1:8099"),
        ("https://[2606:4700:4700::1111]/", "https://[2606:4700:4700::1111]:443"),
    ],
)
def test_the_origin_is_the_server_that_a_url_leads_to(url, leads_to):
    assert origin(url) == leads_to


@pytest.mark.parametrize("url", FINE_URLS)
def test_a_proper_url_is_fine(url):
    check_url(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8099/v1/pull?fault=html", "http://localhost:1/", "http://[::1]:80/"]
)
def test_the_demo_may_call_its_own_machine(url):
    check_url(url, allow_private=True)
    with pytest.raises(EndpointRefused):
        check_url(url)


@pytest.mark.parametrize(
    "url", ["https://u:p@127.0.0.1/", "ftp://127.0.0.1/", "http://127.1/", "http://a b/"]
)
def test_even_the_demo_may_not_spell_a_url_oddly(url):
    with pytest.raises(EndpointRefused):
        check_url(url, allow_private=True)


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("pull.phonon.example", True),
        ("PULL.Phonon.example", True),
        ("a.partners.example", True),
        ("partners.example", True),
        ("b.a.partners.example", True),
        ("phonon.example", False),
        ("xpull.phonon.example", False),
        ("pull.phonon.example.evil.example", False),
        ("evilpartners.example", False),
        ("8.8.8.8", False),
    ],
)
def test_only_listed_hosts_are_called_when_there_is_a_list(host, allowed):
    listed = ["Pull.phonon.example", ".partners.example"]
    if allowed:
        check_url(f"https://{host}/", listed)
    else:
        with pytest.raises(EndpointRefused, match="allowed hosts"):
            check_url(f"https://{host}/", listed)


def connections_made(url: str, monkeypatch, leads_to: list[str], *, listed=()) -> int:
    """How many connections reach a loopback server, wherever a name is said to lead."""

    def resolve(host: str, port: int, *args: object, **more: object) -> list[tuple]:
        return [
            (socket.AF_INET6 if ":" in text else socket.AF_INET, 1, 6, "", (text, canary.port))
            for text in leads_to
        ]

    limits = Limits(connect_seconds=0.3, read_seconds=0.3, total_seconds=0.5)
    client = Client(limits=limits, allowed_hosts=listed)
    with Server(saying(b"")) as canary:
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        with pytest.raises(EndpointRefused):
            client.pull(Access(url, 1), [UUID], "ALL")
        monkeypatch.undo()
        client.close()
        return canary.connections


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "::ffff:127.0.0.1", "::1", "0.0.0.0", "10.0.0.1",
        "169.254.169.254", "168.63.129.16", "::ffff:168.63.129.16", "64:ff9b::a83f:8110",
        "2002:a83f:8110::1", "100.100.100.200", "192.0.0.192", "fd00:ec2::254",
    ],
)  # fmt: skip
def test_a_public_name_that_leads_inside_gets_no_connection(monkeypatch, address):
    made = connections_made("https://pull.phonon.example/", monkeypatch, [address])
    assert made == 0


def test_one_bad_address_among_good_ones_is_enough_to_refuse(monkeypatch):
    leads = ["8.8.8.8", "127.0.0.1"]
    assert connections_made("https://pull.phonon.example/", monkeypatch, leads) == 0


def test_a_listed_host_is_checked_when_connecting_as_well(monkeypatch):
    url = "https://pull.phonon.example/"
    listed = ["pull.phonon.example"]
    assert connections_made(url, monkeypatch, ["127.0.0.1"], listed=listed) == 0


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_a_refused_url_gets_no_connection(monkeypatch, url):
    assert connections_made(url, monkeypatch, ["127.0.0.1"]) == 0


def test_the_name_is_looked_up_once_and_the_checked_address_is_called(monkeypatch):
    asked: list[str] = []
    body = as_bytes(flat())
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with Server(saying(head + body)) as server:

        def resolve(host: str, port: int, *args: object, **more: object) -> list[tuple]:
            asked.append(host)
            return [(socket.AF_INET, 1, 6, "", ("127.0.0.1", server.port))]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        client = Client(allow_private=True)
        url = f"http://pull.phonon.example:{server.port}/pull"
        assert client.pull(Access(url, 1), [UUID], "ALL").code == 200
        client.close()
        assert asked == ["pull.phonon.example"]
        assert b"\r\nhost: pull.phonon.example" in server.requests[0].lower()


def test_a_connection_to_another_machine_would_be_seen(monkeypatch, left_the_machine):
    """The planted fault: an address that the guard takes for public is connected to at once."""
    resolved = [(socket.AF_INET, 1, 6, "", ("192.0.2.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: resolved)
    client = Client(limits=Limits(0.3, 0.3, 0.5), allow_private=True)
    with pytest.raises(Unreachable):
        client.pull(Access("https://pull.phonon.example/", 1), [UUID], "ALL")
    client.close()
    assert left_the_machine == ["192.0.2.1"]
    left_the_machine.clear()


def test_a_canary_that_is_called_would_be_counted():
    with Server(saying(b"")) as canary:
        client = Client(limits=Limits(0.3, 0.3, 0.5), allow_private=True)
        with pytest.raises(Exception, match="connection"):
            client.pull(Access(canary.url, 1), [UUID], "ALL")
        client.close()
        assert canary.connections == 1
