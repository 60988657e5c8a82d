"""Several at once, each in a thread with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from lookups import ledger


def at_once(work: Callable[[int], object], people: int) -> list[object]:
    """Runs `work(0)`, `work(1)`, … each in a thread with its own connection; what each gave."""
    barrier = Barrier(people)

    def one(number: int) -> object:
        try:
            barrier.wait(10)
            return work(number)
        except ledger.Fenced as fenced:
            return fenced
        finally:
            connection.close()

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(one, range(people)))


def meet_after(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, *, times: int = 2
) -> None:
    """Those who have called it go on two by two, so that neither sees what the other writes."""
    original, barrier, calls = getattr(owner, name), Barrier(2), iter(range(times))

    def meeting(*args: Any, **kwargs: Any) -> Any:
        answer = original(*args, **kwargs)
        if next(calls, None) is not None:
            barrier.wait(10)
        return answer

    monkeypatch.setattr(owner, name, meeting)


def told_instead(work: Callable[[int], object]) -> Callable[[int], object]:
    def either(number: int) -> object:
        try:
            return work(number)
        except ValidationError as told:
            return told

    return either
