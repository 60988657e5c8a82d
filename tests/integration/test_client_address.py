"""Whose address a request counts for, and which headers of a proxy are believed."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from lookups.views.middleware import ProxyMiddleware

PROXY = "192.0.2.1"


def address(**headers: str) -> str:
    seen: list[str] = []

    def page(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    ProxyMiddleware(page)(RequestFactory().get("/", REMOTE_ADDR=PROXY, headers=headers))
    return seen[0]


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("203.0.113.9,2001:db8::7", "2001:db8::7"),
        ("198.51.100.7:50112", "198.51.100.7"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("198.51.100.7, unknown", PROXY),
        ("", PROXY),
    ],
)
def test_behind_the_proxy_the_address_that_it_saw_counts(settings, forwarded, expected):
    settings.BEHIND_TLS_PROXY = True
    assert address(**{"X-Forwarded-For": forwarded}) == expected


def test_without_a_proxy_the_connection_counts(settings):
    settings.BEHIND_TLS_PROXY = False
    assert address(**{"X-Forwarded-For": "198.51.100.7"}) == PROXY
