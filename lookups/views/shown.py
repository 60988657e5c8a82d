"""What a page shows of something long, and how much it leaves out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lookups import story
from lookups.limits import SHOWN_CHARACTERS
from lookups.models import Call


@dataclass(frozen=True)
class Shown:
    """Some of a call's rows; `total` are those that Phonon sent, in the store or in raw alone."""

    rows: list[Any]
    total: int

    @property
    def rest(self) -> int:
        return self.total - len(self.rows)


def first(rows: Iterable[Any], most: int, *, total: int) -> Shown:
    """The first rows. Nothing is made of the others, so `rows` may be a generator."""
    return Shown(list(islice(rows, most)), total)


def seeing(call: Call, *, revealed: bool) -> Callable[[str], str]:
    """How the call's page shows a text: at most SHOWN_CHARACTERS of it, masked or whole.

    Digits that stand where it is cut may be a part of a number, which the mask hides whole.
    """

    def see(text: str) -> str:
        start = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + story.CUT
        return start if revealed else story.mask_text(start, keep=call.uuid)

    return see
