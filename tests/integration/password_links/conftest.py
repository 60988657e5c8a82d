"""A manager's browser, and a new member who has no password yet."""

import pytest
from django.test import Client
from django.urls import reverse

from lookups.models import User
from tests.integration.password_links.links import NEW


@pytest.fixture
def client(signed_in, manager) -> Client:
    return signed_in(manager)


@pytest.fixture
def nina(client) -> User:
    client.post(reverse("member-add"), NEW)
    return User.objects.get(username="nina")
