"""Nothing here leaves this machine: stubs resolve names, and connections go to loopback alone."""

import ipaddress
import socket
from collections.abc import Iterator

import pytest

REAL_RESOLVER = socket.getaddrinfo
REAL_CONNECT = socket.socket.connect


def address_in(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


@pytest.fixture(autouse=True)
def left_the_machine(monkeypatch) -> Iterator[list[str]]:
    """The names and addresses of others that a test asked for. A test with one of them fails."""
    left: list[str] = []

    def resolve(host: str, *args: object, **more: object) -> list:
        if host == "localhost" or address_in(host):
            return REAL_RESOLVER(host, *args, **more)
        left.append(host)
        raise socket.gaierror(socket.EAI_FAIL, "the tests resolve names by a stub")

    def connect(opened: socket.socket, address: tuple) -> None:
        if not ipaddress.ip_address(address[0]).is_loopback:
            left.append(address[0])
            raise OSError("the tests connect to this machine alone")
        REAL_CONNECT(opened, address)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", connect)
    yield left
    assert left == []
