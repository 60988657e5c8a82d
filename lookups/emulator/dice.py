"""Choices that look random and are the same on every machine, every run and every request."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A short stream of choices drawn from what it is named after: 512 bits, some 60 choices."""

    __slots__ = ("_bits",)

    def __init__(self, *named: object) -> None:
        digest = blake2b("|".join(map(str, named)).encode("utf-8", "replace")).digest()
        self._bits = int.from_bytes(digest, "big")

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, `limit`."""
        self._bits, chosen = divmod(self._bits, limit)
        return chosen

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def chance(self, per_thousand: int) -> bool:
        """True in about `per_thousand` of a thousand draws."""
        return self.below(1000) < per_thousand

    def one_of(self, choices: Sequence[T]) -> T:
        """One of the choices, each as likely as the other."""
        return choices[self.below(len(choices))]

    def weighted(self, choices: Sequence[tuple[T, int]]) -> T:
        """One of the choices, as likely as its weight says."""
        left = self.below(sum(weight for _, weight in choices))
        for choice, weight in choices:
            left -= weight
            if left < 0:
                return choice
        raise AssertionError("the weights do not sum up")
