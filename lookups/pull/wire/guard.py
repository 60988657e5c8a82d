"""Which endpoint URLs we may call, so that nobody can point the portal into its own network.

Two checks, because a name may resolve to another address later: `check_url` when a URL is saved
and before each request, `checked_addresses` when a connection is opened. The connection then goes
to the checked address itself.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from lookups.pull.errors import EndpointRefused, NameNotFound, TimedOut, Unreachable
from lookups.pull.wire.inner_places import reason_against_address, reason_against_name

MAX_URL = 2000
PUBLIC_PORTS = frozenset({443, 8443})

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")


def check_url(url: str, allowed_hosts: Collection[str] = (), allow_private: bool = False) -> None:
    """Raises EndpointRefused, with a sentence for the form, unless the URL may be called.

    `allowed_hosts`: exact names, or ".example.com" for a domain and all below it; empty allows
    every public host. `allow_private` (demo and tests) also allows http, any port, local addresses.
    """
    parts = _split(url)
    schemes = ("https", "http") if allow_private else ("https",)
    if parts.scheme not in schemes:
        raise EndpointRefused("The endpoint URL must begin with https://.")
    host = _host(parts)
    if allowed_hosts and not _is_listed(host, allowed_hosts):
        raise EndpointRefused(
            f"The host {host} is not on the list of allowed hosts. Ask the administrator of the "
            "portal to add it to PULL_ALLOWED_HOSTS, or correct the endpoint URL."
        )
    port = _port(parts)
    if allow_private:
        return
    if port not in PUBLIC_PORTS:
        raise EndpointRefused("The endpoint URL may only use port 443 or 8443.")
    address = _literal(host)
    if address is not None and not is_public(address):
        raise EndpointRefused("The endpoint URL points to an address that is not public.")
    if address is None and (reason := reason_against_name(host)):
        raise EndpointRefused(f"The host {host} is not public: {reason}. Check the endpoint URL.")


def origin(url: str) -> str:
    """Where a URL leads, as "https://pull.phonon.example:443". Raises EndpointRefused."""
    parts = _split(url)
    host = _host(parts)
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{_port(parts)}"


def _split(url: str) -> SplitResult:
    if not url:
        raise EndpointRefused("The endpoint URL is missing. Enter the one Phonon gave you.")
    if len(url) > MAX_URL:
        raise EndpointRefused("The endpoint URL is too long.")
    if "\\" in url or not all("!" <= letter <= "~" for letter in url):
        raise EndpointRefused(
            "The endpoint URL holds a character that does not belong there, such as a space, "
            "a backslash or a letter with an accent. Copy it again from Phonon's message."
        )
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise EndpointRefused("The endpoint URL cannot be read. Check host and port.") from None
    if "@" in parts.netloc:
        raise EndpointRefused("The endpoint URL must not hold a user name or password.")
    if parts.fragment or url.endswith("#"):
        raise EndpointRefused("The endpoint URL must not hold a # part.")
    return parts


def _host(parts: SplitResult) -> str:
    """The host in lower case. Raises EndpointRefused for odd spellings of an address."""
    host = (parts.hostname or "").lower()
    bracketed = "[" in parts.netloc
    address = _literal(host)
    if bracketed and isinstance(address, ipaddress.IPv6Address) and "%" not in host:
        return host
    if not bracketed and isinstance(address, ipaddress.IPv4Address):
        return host
    last = host.rsplit(".", 1)[-1]
    # 127.1, 0x7f.0.0.1, 017700000001 and 2130706433 are addresses to the system's resolver.
    if bracketed or len(host) > 253 or not _NAME.fullmatch(host) or re.match(r"0x|[0-9]+$", last):
        raise EndpointRefused("The endpoint URL has no proper host name.")
    return host


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _port(parts: SplitResult) -> int:
    if parts.netloc.endswith(":") or parts.port == 0:
        raise EndpointRefused("The endpoint URL has no proper port.")
    return parts.port or (443 if parts.scheme == "https" else 80)


def _is_listed(host: str, allowed_hosts: Collection[str]) -> bool:
    for allowed in allowed_hosts:
        name = allowed.strip().lower()
        if host == name.lstrip(".") or (name.startswith(".") and host.endswith(name)):
            return True
    return False


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, also when it hides inside another one.

    Looks through IPv4-mapped, 6to4 and NAT64 forms; Teredo and IPv4-compatible ones are never
    public.
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address not in _GLOBAL_V6:
            return False
    if reason_against_address(address):
        return False
    return address.is_global and not address.is_multicast


def checked_addresses(
    host: str, port: int, *, allow_private: bool, seconds: float
) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    """The addresses of a host, every one of them public (unless `allow_private`).

    Raises EndpointRefused when one is not, NameNotFound, Unreachable or, after `seconds`, TimedOut.
    """
    addresses = []
    for family, text in _resolved(host, port, seconds=seconds):
        address = _literal(text)
        if address is None or not (allow_private or is_public(address)):
            raise EndpointRefused(
                f"The host {host} leads to an address that is not public, so nothing was sent. "
                "Check the endpoint URL."
            )
        addresses.append((family, (text, port)))
    if not addresses:
        raise NameNotFound(f"The host {host} has no address. Check the endpoint URL.")
    return addresses


def _resolved(host: str, port: int, *, seconds: float) -> list[tuple[socket.AddressFamily, str]]:
    """What the system's resolver says. On a thread of its own, since it knows no time limit."""
    found: list[tuple[socket.AddressFamily, str]] = []
    errors: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            errors.append(error)
        else:
            found.extend((family, str(sockaddr[0])) for family, _, _, _, sockaddr in answers)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if asking.is_alive():
        raise TimedOut("Looking up the address of Phonon's server took too long.")
    if errors:
        is_final = isinstance(errors[0], UnicodeError) or (
            isinstance(errors[0], socket.gaierror) and errors[0].errno == socket.EAI_NONAME
        )
        if is_final:
            raise NameNotFound(
                f"There is no host called {host}. Check the endpoint URL with Phonon."
            )
        raise Unreachable("The address of Phonon's server could not be looked up just now.")
    return found
