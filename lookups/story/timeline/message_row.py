"""SMS and e-mails on the time axis, under the attempts: an envelope each, with its label beside."""

from collections.abc import Sequence
from dataclasses import dataclass

from lookups.story.messages import Kind, SeenMessage
from lookups.story.timeline.axis import Axis
from lookups.story.timeline.labels import Label, place_label

ICON_WIDTH = 20.0
_LANE_HEIGHT = 28.0
_APART = 8.0


@dataclass(frozen=True, slots=True)
class MessageMark:
    """An icon ICON_WIDTH wide with its middle at (x, y), and its label at the same y. `timed` is
    False for a message without a time, which stands at the left end and says so."""

    kind: Kind
    x: float
    y: float
    width: float
    label: Label
    title: str
    timed: bool


def place_messages(
    messages: Sequence[SeenMessage], axis: Axis | None, *, top: float, least: float, most: float
) -> tuple[tuple[MessageMark, ...], float]:
    """The marks and the y under the last of them (`top` when there are none). Messages whose
    icons or labels would touch lie in lanes, one under the other."""
    lanes: list[list[tuple[float, float]]] = []
    placed = []
    for message in messages:
        x, label = _place(message, axis, least=least, most=most)
        span = min(x - ICON_WIDTH / 2, label.left), max(x + ICON_WIDTH / 2, label.right)
        lane = _first_free(lanes, span)
        lanes[lane].append(span)
        y = top + _LANE_HEIGHT * (lane + 0.5)
        timed = axis is not None and message.sent_at is not None
        placed.append(MessageMark(message.kind, x, y, ICON_WIDTH, label, message.label, timed))
    return tuple(placed), top + _LANE_HEIGHT * len(lanes)


def _place(
    message: SeenMessage, axis: Axis | None, *, least: float, most: float
) -> tuple[float, Label]:
    x, text = least + ICON_WIDTH / 2, f"{message.label}, no time given"
    if axis is not None and message.sent_at is not None:
        x, text = round(axis.x(message.sent_at), 2), message.label
    half = ICON_WIDTH / 2
    return x, place_label(text, bar_left=x - half, bar_right=x + half, least=least, most=most)


def _first_free(lanes: list[list[tuple[float, float]]], span: tuple[float, float]) -> int:
    left, right = span[0] - _APART, span[1] + _APART
    for number, taken in enumerate(lanes):
        if all(right <= start or left >= end for start, end in taken):
            return number
    lanes.append([])
    return len(lanes) - 1
