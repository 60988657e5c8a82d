"""A call with numbers wherever search looks, and an agent who searches."""

import pytest
from django.urls import reverse

from tests.integration.builders import a_call
from tests.integration.number_searches.numbers import NUMBER, SPACED, TEXT


@pytest.fixture
def secret(team):
    """A call with numbers wherever search looks."""
    return a_call(
        team,
        customer_number=f"+{NUMBER}",
        did_number=f"+{NUMBER}",
        client_identifier=TEXT,
        request_id=f"R-{SPACED}",
        flow_status=f"ODD {NUMBER}",
        cause_code=NUMBER,
        ended_by=NUMBER,
        dtmf=" ".join(NUMBER),
    )


@pytest.fixture
def asks(signed_in, agent, secret):
    client = signed_in(agent)
    return lambda text, **more: client.get(reverse("calls"), {"q": text, **more}).content.decode()
