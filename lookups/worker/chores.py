"""What a worker does now and then beside its requests."""

import gc
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.utils import timezone

from lookups import ledger
from lookups.lifecycle import uploads, watching
from lookups.models import Worker

COLLECT_SECONDS = 10
SWEEP_SECONDS = 5
SIGN_OF_LIFE_SECONDS = 5
WATCH_SECONDS = 10
TIDY_SECONDS = 3600
FORGOTTEN_AFTER = timedelta(days=1)


class Chore:
    """Does something each time that this many seconds have passed since it last began."""

    def __init__(self, do: Callable[[], object], seconds: float) -> None:
        self._do = do
        self._seconds = seconds
        self._due_at = 0.0

    def do_if_due(self) -> None:
        now = time.monotonic()
        if now >= self._due_at:
            self._due_at = now + self._seconds
            self._do()


def of_every_worker() -> list[Chore]:
    return [Chore(gc.collect, COLLECT_SECONDS), Chore(ledger.expire, SWEEP_SECONDS)]


def of_a_worker_for_all(name: str) -> list[Chore]:
    """The chores of a worker that does not work for one lookup alone."""
    return [
        *of_every_worker(),
        Chore(partial(show_life, name), SIGN_OF_LIFE_SECONDS),
        Chore(watching.ask_due, WATCH_SECONDS),
        Chore(tidy, TIDY_SECONDS),
    ]


def show_life(name: str) -> None:
    """Pages say so when no worker has done this lately."""
    now = timezone.now()
    if not Worker.objects.filter(name=name).update(seen_at=now):
        Worker.objects.create(name=name, seen_at=now, started_at=now)


def tidy() -> None:
    uploads.forget_old()
    Worker.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
