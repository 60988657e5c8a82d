"""Where a text goes beside a bar so that it stays inside the drawing and off the bar.

The server has no font, so widths are estimated, and rather too wide than too narrow.
"""

from dataclasses import dataclass
from typing import Literal

Side = Literal["right", "left", "below"]
Anchor = Literal["start", "end"]

GAP = 10.0
_UNITS_PER_CHARACTER = 7.4  # at 13 units of a system font, digits and lower case run 6.5 to 7.2
_WIDE = 13.5  # scripts with square characters, emoji


@dataclass(frozen=True, slots=True)
class Label:
    """A text with its x for `text-anchor` start or end, the estimated width, and its side of
    the bars; "below" has a line of its own under them."""

    text: str
    x: float
    side: Side
    anchor: Anchor
    width: float

    @property
    def left(self) -> float:
        """The x at which the text begins."""
        return self.x if self.anchor == "start" else self.x - self.width

    @property
    def right(self) -> float:
        """The x at which the text ends."""
        return self.left + self.width


def text_width(text: str) -> float:
    """The estimated width of the text at 13 units, in user units."""
    return sum(
        _WIDE if ord(c) >= 0x1100 and c not in "“”…•" else _UNITS_PER_CHARACTER for c in text
    )


def place_label(
    text: str, *, bar_left: float, bar_right: float, least: float, most: float
) -> Label:
    """The label right of the bar, else left of it, else below; always between `least` and
    `most`. A text wider than that is cut and ends in "…"."""
    text = _cut(text, most - least)
    width = text_width(text)
    if bar_right + GAP + width <= most:
        return Label(text, round(bar_right + GAP, 2), "right", "start", width)
    if bar_left - GAP - width >= least:
        return Label(text, round(bar_left - GAP, 2), "left", "end", width)
    x = min(max(bar_left, least), most - width)
    return Label(text, x, "below", "start", width)


def _cut(text: str, room: float) -> str:
    if text_width(text) <= room:
        return text
    while text and text_width(text + "…") > room:
        text = text[:-1]
    return text + "…"
