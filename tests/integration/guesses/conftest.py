"""A clock that stands still, and a count of the passwords that are hashed."""

from datetime import datetime, timedelta
from unittest.mock import Mock

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.utils import timezone

from lookups.people import guesses


class Clock:
    """Stands still until it is put forward."""

    def __init__(self) -> None:
        self.time = timezone.now()

    def now(self) -> datetime:
        return self.time

    def pass_by(self, minutes: float) -> None:
        self.time += timedelta(minutes=minutes)


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(guesses, "timezone", clock)
    return clock


@pytest.fixture
def hashed(agent, monkeypatch) -> Mock:
    """Counts the passwords that are hashed, of unknown names too."""
    counted = Mock(side_effect=MD5PasswordHasher.encode, autospec=True)
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: counted(*args))
    return counted
