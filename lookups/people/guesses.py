"""How often a password may be guessed, counted before it is hashed.

Hashing is what costs, so a guess over a limit is refused without it, and alike for known and
unknown names. Guesses fade one by one, so nobody is locked out: whoever waits may try again.
docs/decisions/0012-guesses.md tells why the limits are these.
"""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from lookups.database import locks
from lookups.models import Guesses, User
from lookups.models.user import folded
from lookups.people import browsers


@dataclass(frozen=True)
class Limit:
    """How many guesses may come at once, and how long each of them counts."""

    burst: int
    every: timedelta

    def opens_at(self, drained_at: datetime) -> datetime:
        return drained_at - (self.burst - 1) * self.every


# Guesses of a name at one place or browser count longer than those of the name everywhere, so that
# one address alone never keeps out the owner who comes from another.
ONE_NAME_HERE = Limit(5, timedelta(minutes=5))
ONE_NAME = Limit(30, timedelta(minutes=2))
ONE_PLACE = Limit(20, timedelta(seconds=10))
KNOWN_BROWSER = Limit(10, timedelta(minutes=5))
OWN_PASSWORD = Limit(5, timedelta(minutes=5))

# A web process takes so many guesses at once. It hashes one at a time, and each guess that waits
# holds a thread that pages need. Known browsers and people who are signed in have slots of their
# own, which no crowd of strangers fills.
_PLACES = threading.BoundedSemaphore(4)
_KNOWN_PLACES = threading.BoundedSemaphore(4)
_HASHING = threading.Lock()
BUSY_SECONDS = 5


@contextmanager
def at_sign_in(request: HttpRequest, name: str) -> Iterator[None]:
    """Counts a guess at the password of `name`, and takes it back when the block ends well.

    Raises ValidationError with the code "pause", a sentence, and the parameter `seconds`.
    """
    who, where = folded(name), browsers.place(request)
    browser = browsers.known_for(request, name)
    if browser:
        limits = {_key("browser", browser, who): KNOWN_BROWSER}
    else:
        limits = {
            _key("name here", where, who): ONE_NAME_HERE,
            _key("name", who): ONE_NAME,
            _key("place", where): ONE_PLACE,
        }
    with _counted(limits, _KNOWN_PLACES if browser else _PLACES):
        yield


@contextmanager
def at_own_password(user: User) -> Iterator[None]:
    """The same for a person who is signed in and is asked for the password once more."""
    with _counted({_key("own password", str(user.pk)): OWN_PASSWORD}, _KNOWN_PLACES):
        yield


@contextmanager
def _counted(limits: dict[str, Limit], places: threading.Semaphore) -> Iterator[None]:
    # This comes first, so that a guess over its limit never holds a slot.
    _count(limits)
    if not places.acquire(blocking=False):
        _give_back(limits)
        raise _pause(BUSY_SECONDS, "Many people are signing in.")
    try:
        with _HASHING:
            yield
    finally:
        places.release()
    _give_back(limits)


def _count(limits: dict[str, Limit]) -> None:
    """Counts one guess in every row, or in none. Raises ValidationError as `at_sign_in` does."""
    # Reading alone refuses a flood: it neither writes nor waits for a lock.
    _check(limits, _drained(limits))
    with transaction.atomic():
        locks.only_one(locks.GUESSING)
        now = timezone.now()
        Guesses.objects.filter(drained_at__lt=now).delete()
        drained = _drained(limits)
        _check(limits, drained)
        Guesses.objects.bulk_create(
            [
                Guesses(key=key, drained_at=drained.get(key, now) + limit.every)
                for key, limit in limits.items()
            ],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["drained_at"],
        )


def _give_back(limits: dict[str, Limit]) -> None:
    with transaction.atomic():
        locks.only_one(locks.GUESSING)
        for key, limit in limits.items():
            rows = Guesses.objects.filter(key=key)
            rows.update(drained_at=F("drained_at") - limit.every)


def _drained(limits: dict[str, Limit]) -> dict[str, datetime]:
    return dict(Guesses.objects.filter(key__in=limits).values_list("key", "drained_at"))


def _check(limits: dict[str, Limit], drained: dict[str, datetime]) -> None:
    opens = [limits[key].opens_at(drained_at) for key, drained_at in drained.items()]
    seconds = math.ceil((max(opens) - timezone.now()).total_seconds()) if opens else 0
    if seconds > 0:
        raise _pause(seconds, "Too many wrong passwords.")


def _pause(seconds: int, why: str) -> ValidationError:
    wait = f"{seconds} seconds" if seconds < 100 else f"{math.ceil(seconds / 60)} minutes"
    params = {"seconds": seconds}
    return ValidationError(f"{why} Try again in {wait}.", code="pause", params=params)


def _key(*parts: str) -> str:
    return salted_hmac("lookups.people.guesses", "\n".join(parts), algorithm="sha256").hexdigest()
