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
    """Rows that a page shows, and how many there are in all, in raw JSON alone or stored."""

    rows: list[Any]
    total: int

    @property
    def rest(self) -> int:
        return self.total - len(self.rows)


def first(rows: Iterable[Any], most: int, *, total: int) -> Shown:
    """The first `most` of the rows; a generator makes no more than these."""
    return Shown(list(islice(rows, most)), total)


def seeing(call: Call, *, revealed: bool) -> Callable[[str], str]:
    """A function that cuts a text to SHOWN_CHARACTERS, and masks it unless `revealed`.

    Digits that stand where it is cut may be a part of a number, which the mask hides whole.
    """

    def see(text: str) -> str:
        start = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + story.CUT
        return start if revealed else story.mask_text(start, keep=call.uuid)

    return see
