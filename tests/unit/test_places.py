"""Where a request comes from: an address, or the network of a household."""

import pytest
from django.test import RequestFactory

from lookups.people import browsers


@pytest.mark.parametrize(
    ("remote", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::9", "20010db800010002::/64"),
        ("2001:db8:1:2:aaaa::1", "20010db800010002::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
    ],
)
def test_the_place_is_an_address_or_the_network_of_a_household(remote, place):
    assert browsers.place(RequestFactory().get("/", REMOTE_ADDR=remote)) == place
