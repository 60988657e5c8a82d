"""The keys a customer pressed, as small circles over the talking bar.

Phonon's times of single keys do not reach this package, so the marks stand in their order, evenly
over the bar, and their title says that the moment is not given.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lookups.story.seen import Seen
from lookups.story.timeline.bars import Bar

RADIUS = 9.0
_MOST_MARKS = 4  # as many keys as the verdict names; more are one mark with their number
_STEP = 2 * RADIUS + 2


@dataclass(frozen=True, slots=True)
class KeyMark:
    """A circle at (x, y) of RADIUS with a short text in its middle."""

    x: float
    y: float
    radius: float
    text: str
    title: str


def key_marks(
    seen: Seen, drawn: Sequence[Bar], *, bar_y: float, least: float, most: float
) -> tuple[KeyMark, ...]:
    """The marks of the keys, left to right, none touching another, between `least` and `most`;
    () without keys or without a bar. More than four keys are one mark, such as "6×"."""
    if not seen.keys or not drawn:
        return ()
    # Sitting on the bar's upper edge, a mark plainly belongs to it.
    y = bar_y - RADIUS + 2
    if len(seen.keys) > _MOST_MARKS:
        count = min(len(seen.keys), 99)
        told = [(f"{count}×", f"{len(seen.keys)} keys pressed; the moments are not given")]
    else:
        told = [(key, f"pressed {key}; the moment is not given") for key in seen.keys]
    bar = next((bar for bar in drawn if bar.phase == "talking"), drawn[-1])
    step = max(bar.width / (len(told) + 1), _STEP)
    first = bar.x + bar.width / 2 - step * (len(told) - 1) / 2
    furthest = most - RADIUS - step * (len(told) - 1)
    first = max(min(first, furthest), least + RADIUS)
    return tuple(
        KeyMark(round(first + step * place, 2), y, RADIUS, text, title)
        for place, (text, title) in enumerate(told)
    )
