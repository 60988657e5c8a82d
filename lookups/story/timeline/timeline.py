"""The geometry of a call's timeline, ready for a template to draw as SVG without arithmetic.

All lengths are user units of a viewBox WIDTH wide and `height` high, with text of 13 units.
Every bar, label and mark lies inside the drawing, and no label covers a bar of its row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from lookups.story.messages import SeenMessage, messages_of, read_messages
from lookups.story.outcomes import Outcome
from lookups.story.phrases import phrase
from lookups.story.seen import Seen, read_attempts
from lookups.story.timeline.axis import Axis, Tick, make_axis
from lookups.story.timeline.bars import Bar, bars
from lookups.story.timeline.key_marks import KeyMark, key_marks
from lookups.story.timeline.labels import Label, place_label
from lookups.story.timeline.message_row import MessageMark, place_messages
from lookups.story.words import day, zone_abbreviation

WIDTH = 1120
NUMBER_X = 24.0  # attempt numbers, anchored in the middle
AXIS_LEFT, AXIS_RIGHT = 70.0, 1060.0
LEAST_X, MOST_X = 48.0, 1112.0  # where bars and labels may be
BAR_HEIGHT = 16.0
_ROW_HEIGHT, _BELOW_HEIGHT = 42.0, 18.0
_BAR_TOP = 20.0  # from the top of its row; above it is room for the keys pressed
_TOP, _TICK_ROOM = 6.0, 34.0


@dataclass(frozen=True, slots=True)
class Row:
    """One attempt. `y` is the top of the row, `bar_y` of its bars (BAR_HEIGHT high); `middle` is
    the y of the row's line and number; `label_y` the y of the middle of the label's text."""

    number: int
    outcome: Outcome
    y: float
    height: float
    bar_y: float
    middle: float
    bars: tuple[Bar, ...]
    label: Label
    label_y: float
    keys: tuple[KeyMark, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the template draws. Without any time there are no ticks and `zone_label` is "".

    `axis_bottom` is where the grid lines end (they begin at `axis_top`), `tick_y` the middle of
    the tick labels. `text` is the same as lines of plain text, for those who do not see it.
    """

    width: int
    height: float
    axis_left: float
    axis_right: float
    axis_top: float
    axis_bottom: float
    tick_y: float
    zone_label: str
    bar_height: float
    number_x: float
    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...]
    messages: tuple[MessageMark, ...]
    text: tuple[str, ...]


def timeline(
    attempts: Iterable[object],
    messages: Iterable[object],
    *,
    zone: tzinfo,
    flow_status: str = "",
) -> Timeline:
    """The drawing of a call's attempts, in the order given, and of its SMS and e-mails.

    Without messages the statuses on the attempts are shown, without a place in time. Never
    raises for a missing or odd field; an attempt without times is a row that says so.
    """
    seen = read_attempts(attempts, flow_status=flow_status)
    sent = read_messages(messages) or messages_of(seen)
    moments = [moment for one in seen for moment in one.times]
    moments += [message.sent_at for message in sent if message.sent_at]
    axis = make_axis(moments, zone=zone, left=AXIS_LEFT, right=AXIS_RIGHT)
    told = [_label_text(one, seen, flow_status) for one in seen]
    rows: list[Row] = []
    y = _TOP
    for one, text in zip(seen, told, strict=True):
        rows.append(_row(one, text, axis, y))
        y += rows[-1].height
    message_marks, y = place_messages(sent, axis, top=y, least=LEAST_X, most=MOST_X)
    return Timeline(
        width=WIDTH,
        height=y + _TICK_ROOM,
        axis_left=AXIS_LEFT,
        axis_right=AXIS_RIGHT,
        axis_top=_TOP,
        axis_bottom=y + 6,
        tick_y=y + 20,
        zone_label=axis.zone_label if axis else "",
        bar_height=BAR_HEIGHT,
        number_x=NUMBER_X,
        ticks=axis.ticks if axis else (),
        rows=tuple(rows),
        messages=message_marks,
        text=_text(seen, told, sent, zone),
    )


def _label_text(one: Seen, seen: Sequence[Seen], flow_status: str) -> str:
    label = phrase(one, flow_status=flow_status, is_last=one is seen[-1]).label
    return label if one.times else f"{label}; no times given"


def _row(one: Seen, text: str, axis: Axis | None, y: float) -> Row:
    drawn = bars(one, axis) if axis else ()
    left = drawn[0].x if drawn else AXIS_LEFT
    right = drawn[-1].right if drawn else AXIS_LEFT - 10
    label = place_label(text, bar_left=left, bar_right=right, least=LEAST_X, most=MOST_X)
    middle = y + _BAR_TOP + BAR_HEIGHT / 2
    is_below = label.side == "below"
    return Row(
        number=one.number,
        outcome=one.outcome,
        y=y,
        height=_ROW_HEIGHT + (_BELOW_HEIGHT if is_below else 0),
        bar_y=y + _BAR_TOP,
        middle=middle,
        bars=drawn,
        label=label,
        label_y=y + _ROW_HEIGHT + _BELOW_HEIGHT / 2 - 1 if is_below else middle,
        keys=key_marks(one, drawn, bar_y=y + _BAR_TOP, least=LEAST_X, most=MOST_X),
    )


def _text(
    seen: Sequence[Seen], told: Sequence[str], sent: Sequence[SeenMessage], zone: tzinfo
) -> tuple[str, ...]:
    lines = [
        f"Attempt {one.number}{_when(one.times, zone)}: {text}."
        for one, text in zip(seen, told, strict=True)
    ]
    for message in sent:
        when = _when([message.sent_at], zone) if message.sent_at else ", no time given"
        lines.append(f"{message.label}{when}.")
    return tuple(lines)


def _when(times: Sequence[datetime], zone: tzinfo) -> str:
    if not times:
        return ""
    first, last = min(times).astimezone(zone), max(times).astimezone(zone)
    until = ""
    if last.date() != first.date():
        until = f" to {day(last, with_year=True)} {last:%H:%M:%S}"
    elif last != first:
        until = f" to {last:%H:%M:%S}"
    start = f"{day(first, with_year=True)} {first:%H:%M:%S}"
    return f", {start}{until} {zone_abbreviation(last, zone)}"
