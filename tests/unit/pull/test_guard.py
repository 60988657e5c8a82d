"""No endpoint URL, however spelt, and no name, wherever it leads, opens the inner network."""

import ipaddress
import socket

import pytest

from lookups.pull import Access, Client, EndpointRefused, Limits, Unreachable, check_url, origin
from lookups.pull.wire import inner_places
from lookups.pull.wire.guard import is_public
from tests.unit.pull.golden import UUID, as_bytes, flat
from tests.unit.pull.servers import Server, saying

NOT_PUBLIC = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.1.2.3",
    "127.255.255.255",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "161.26.0.10",
    "166.8.0.1",
    "166.11.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "::ffff:168.63.129.16",
    "::ffff:100.100.100.200",
    "::ffff:192.0.0.192",
    "::168.63.129.16",
    "64:ff9b::168.63.129.16",
    "64:ff9b::100.100.100.200",
    "64:ff9b:1::168.63.129.16",
    "2002:a83f:8110::",
    "2002:a83f:8110::1",
    "2002:6464:64c8::1",
    "2002:c000:c0::1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "2001:10::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2002:a9fe:a9fe::",
    "2002:c0a8:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "fe80::1",
    "fe80::a9fe:a9fe",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "4000::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "13.232.0.1",
    "168.63.129.15",
    "168.63.129.17",
    "166.7.255.255",
    "166.12.0.0",
    "52.66.1.1",
    "103.21.58.1",
    "2606:4700:4700::1111",
    "2404:6800:4009::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
]

NOT_PUBLIC_NAMES = [
    *(f"pull.phonon.{ending}" for ending in inner_places.ENDINGS),
    *inner_places.NAMES,
    "metadata",
    "instance-data",
    "kubernetes",
    "rancher-metadata",
    "metadata.google.internal",
    "instance-data.ec2.internal",
    "ip-10-0-0-1.ap-south-1.compute.internal",
    "host.docker.internal",
    "gateway.containers.internal",
    "kubernetes.default.svc",
    "phonon.production.svc",
    "phonon.production.svc.cluster.local",
    "10-0-0-1.default.pod.cluster.local",
    "vault.service.consul",
    "router.home.arpa",
    "1.0.0.127.in-addr.arpa",
    "localhost.localdomain",
    "duckduckgo.onion",
]
NAMES_THAT_ONLY_LOOK_INNER = [
    "svc.phonon.example",
    "internal.phonon.example",
    "local.phonon.example",
    "corp.phonon.example",
    "metadata.phonon.example",
    "phononsvc.example",
    "metadata.tencentyun.com.phonon.example",
    "mail.phonon.example",
]

REFUSED_URLS = [
    *(f"https://{name}/" for name in NOT_PUBLIC_NAMES),
    "https://METADATA.GOOGLE.INTERNAL/",
    "https://metadata.google.internal./",
    "https://phonon.production.svc./",
    "https://phonon.production.svc:8443/",
    "https://phonon.production.svc%2f/",
    "https://168.63.129.16/metrics",
    "https://[::ffff:a83f:8110]/",
    "https://[64:ff9b::a83f:8110]/",
    "https://[2002:a83f:8110::1]/",
    "https://100.100.100.200/latest/meta-data/",
    "",
    "pull.phonon.example",
    "//pull.phonon.example/",
    "http://pull.phonon.example/",
    "ftp://pull.phonon.example/",
    "file:///etc/passwd",
    "gopher://pull.phonon.example/",
    "HTTPS//pull.phonon.example",
    "https:/pull.phonon.example",
    "https://",
    "https:///pull",
    "https://user@pull.phonon.example/",
    "https://user:secret@pull.phonon.example/",
    "https://pull.phonon.example@127.0.0.1/",
    "https://127.0.0.1#@pull.phonon.example/",
    "https://pull.phonon.example\\@127.0.0.1/",
    "https:\\\\127.0.0.1\\",
    "https://127.0.0.1\\.pull.phonon.example/",
    " https://pull.phonon.example/",
    "https://pull.phonon.example/ x",
    "https://pull.phonon.example/\n",
    "https://pull.\tphonon.example/",
    "https://pull.phonon.example/\x00",
    "https://pull.phonon.example/\x7f",
    "https://pullé.phonon.example/",
    "https://１２７.0.0.1/",
    "https://127。0。0。1/",
    "https://ⓛocalhost/",
    "https://pull.phonon.example/é",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://a.localhost/",
    "https://localhost.localdomain.internal/",
    "https://db/",
    "https://printer.local/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://0/",
    "https://0.0.0.0/",
    "https://127.0.0.1./",
    "https://127.0.0.01/",
    "https://10.0.0.5/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fd00::1]/",
    "https://[::1/",
    "https://::1/",
    "https://[127.0.0.1]/",
    "https://[pull.phonon.example]/",
    "https://pull%2ephonon.example/",
    "https://pull..phonon.example/",
    "https://.phonon.example/",
    "https://-pull.phonon.example/",
    "https://pull.phonon.example./",
    "https://pull.phonon.example:22/",
    "https://pull.phonon.example:80/",
    "https://pull.phonon.example:6379/",
    "https://pull.phonon.example:0/",
    "https://pull.phonon.example:/",
    "https://pull.phonon.example:443x/",
    "https://pull.phonon.example:99999/",
    "https://pull.phonon.example:-1/",
    "https://pull.phonon.example/#part",
    "https://pull.phonon.example/#",
    "https://pull,phonon.example/",
    "https://" + "a" * 64 + ".example/",
    "https://" + "a." * 130 + "example/",
    "https://pull.phonon.example/" + "x" * 2000,
    "https://127.0.0.1,pull.phonon.example/",
]
FINE_URLS = [
    "https://pull.phonon.example/v2/pull",
    "https://pull.phonon.example",
    "https://PULL.phonon.example/x?y=z&a=%20",
    "https://pull.phonon.example:443/",
    "https://pull.phonon.example:8443/",
    "https://8.8.8.8/",
    "https://[2606:4700:4700::1111]/",
    "https://xn--pull-epa.phonon.example/",
    "https://api_1.phonon.example/",
    *(f"https://{name}/" for name in NAMES_THAT_ONLY_LOOK_INNER),
]


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
