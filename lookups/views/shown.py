"""What a page shows of something long, and how much it leaves out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lookups import story
from lookups.limits import SHOWN_CHARACTERS

# No telephone number is longer, so none is torn where a text is cut before it is masked.
_LONGEST_NUMBER = 64


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


def seeing(*, revealed: bool) -> Callable[[str], str]:
    """How the page shows a text of Phonon's: at most SHOWN_CHARACTERS of it, masked or whole."""

    def see(text: str) -> str:
        start = text[: SHOWN_CHARACTERS + _LONGEST_NUMBER]
        start = start if revealed else story.mask_text(start)
        is_cut = len(start) > SHOWN_CHARACTERS or len(text) > SHOWN_CHARACTERS + _LONGEST_NUMBER
        return f"{start[:SHOWN_CHARACTERS]}…" if is_cut else start

    return see
