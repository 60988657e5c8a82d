"""Where a request comes from: its network, and whether its browser signed in before.

A browser that signed in keeps a signed cookie for that name. The cookie opens nothing; the guesses
of that browser are counted apart, so a stranger who uses up those of a name does not keep its owner
out.
"""

from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string, salted_hmac

from lookups.models.user import folded

COOKIE = "known_browser"
SALT = "lookups.people.browsers"
# As long as browsers keep a cookie; and so many people may share a computer.
DAYS = 400
NAMES = 12
# The key under which META keeps whom the request signed in, as Django keeps its CSRF cookie.
KNOWN_NAME = "KNOWN_BROWSER_NAME"


def place(request: HttpRequest) -> str:
    """The client's IPv4 address, or the /64 of its IPv6 address, since a household has all of that.

    Where there is none, such as on a socket of the file system, "unknown".
    """
    try:
        return _network(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"


def _network(text: str) -> str:
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        # A socket for IPv4 and IPv6 writes IPv4 addresses as ::ffff:192.0.2.1.
        address = address.ipv4_mapped or address
    return str(address) if address.version == 4 else f"{int(address) >> 64:x}::/64"


def known_for(request: HttpRequest, name: str) -> str:
    """The random mark of the browser if `name` has signed in with it before, else ""."""
    kept = _read(request)
    return kept["mark"] if _hashed(name) in kept["names"] else ""


def signed_in(request: HttpRequest, name: str) -> None:
    """Notes on the request that `name` signed in: `keep` makes the browser known for them."""
    request.META[KNOWN_NAME] = name


def keep(request: HttpRequest, response: HttpResponse) -> None:
    """Puts the cookie on the answer to a request that signed somebody in."""
    name = request.META.get(KNOWN_NAME)
    if name is None:
        return
    kept = _read(request)
    names = [_hashed(name), *(one for one in kept["names"] if one != _hashed(name))]
    response.set_cookie(
        COOKIE,
        signing.dumps({"mark": kept["mark"], "names": names[:NAMES]}, salt=SALT),
        max_age=DAYS * 86_400,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> dict[str, Any]:
    with suppress(signing.BadSignature):
        text = request.COOKIES.get(COOKIE, "")
        kept: dict[str, Any] = signing.loads(text, salt=SALT, max_age=DAYS * 86_400)
        return kept
    return {"mark": get_random_string(22), "names": []}


def _hashed(name: str) -> str:
    # A hash, because the cookie stays on computers that others use too.
    return salted_hmac(SALT, folded(name), algorithm="sha256").hexdigest()[:16]
