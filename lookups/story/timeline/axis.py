"""The time axis of a drawing: from moments to user units, with ticks at round local times.

The scale is true: an hour is as wide anywhere on the axis, also when attempts lie days apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

from lookups.story.words import day, offset, zone_abbreviation

MOST_TICKS = 7
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_STEPS = (
    *(minutes * _MINUTE for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR for hours in (1, 2, 3, 6, 12)),
    *(days * _DAY for days in (1, 2, 7, 14, 30, 91, 182, 365, 730, 1825, 3650, 7300, 18250)),
)


@dataclass(frozen=True, slots=True)
class Tick:
    """A grid line: its x in user units and the text under it, anchored in the middle."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """From `start` at `left` to `end` at `right`; `zone_label` is "IST (+05:30)" or "+05:30"."""

    start: datetime
    end: datetime
    left: float
    right: float
    ticks: tuple[Tick, ...]
    zone_label: str

    def x(self, moment: datetime) -> float:
        """Where the moment lies, in user units; moments outside lie on the nearer end."""
        share = (moment - self.start) / (self.end - self.start)
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)


def make_axis(
    moments: Sequence[datetime], *, zone: tzinfo, left: float, right: float
) -> Axis | None:
    """The axis that holds every moment between two ticks, with at most seven ticks; None when
    there are no moments. Days are told as soon as the ticks lie on more than one."""
    if not moments:
        return None
    first, last = min(moments), max(moments)
    ticks = next(found for step in _STEPS if len(found := _ticks(first, last, step, zone)) >= 2)
    start, end = ticks[0], ticks[-1]
    scale = (right - left) / (end - start).total_seconds()
    labels = _labels([tick.astimezone(zone) for tick in ticks])
    places = [left + (tick - start).total_seconds() * scale for tick in ticks]
    name, shift = zone_abbreviation(first, zone), offset(first, zone)
    return Axis(
        start=start,
        end=end,
        left=left,
        right=right,
        ticks=tuple(Tick(round(x, 2), text) for x, text in zip(places, labels, strict=True)),
        zone_label=name if name == shift else f"{name} ({shift})",
    )


def _ticks(first: datetime, last: datetime, step: int, zone: tzinfo) -> list[datetime]:
    """Round local times from the one before `first` to the one after `last`, in UTC; none when
    they would be too many, or when the clocks leave no round time on one of the sides."""
    if (last - first).total_seconds() > step * MOST_TICKS:
        return []
    found: list[datetime] = []
    for wall in _round_wall_times(first.astimezone(zone).replace(tzinfo=None), step):
        moment = wall.replace(tzinfo=zone).astimezone(UTC)
        # When clocks go forward, a wall time that does not exist comes back as another one.
        if moment.astimezone(zone).replace(tzinfo=None) != wall:
            continue
        if found and moment <= first:
            found.clear()  # when clocks go back, a later wall time may still lie before the first
        found.append(moment)
        if len(found) > MOST_TICKS:
            return []
        if moment > first and moment >= last:
            break
    return found if found[0] <= first and len(found) >= 2 else []


def _round_wall_times(near: datetime, step: int) -> Iterator[datetime]:
    """Wall-clock times at whole steps, from at least an hour and a step before `near` on."""
    origin = datetime(1984, 1, 2)  # a Monday, so that weeks begin on one
    back = (near - origin - timedelta(hours=1)).total_seconds() // step - 1
    wall = origin + timedelta(seconds=back * step)
    while True:
        yield wall
        wall += timedelta(seconds=step)


def _labels(ticks: Sequence[datetime]) -> list[str]:
    with_year = ticks[0].year != ticks[-1].year
    if all(tick.hour == tick.minute == 0 for tick in ticks) and len(ticks) > 1:
        return [day(tick, with_year=with_year) for tick in ticks]
    clocks = [f"{tick:%H:%M}" for tick in ticks]
    if ticks[0].date() == ticks[-1].date():
        return clocks
    labels = [f"{day(ticks[0])} {clocks[0]}"]
    for (before, tick), clock in zip(pairwise(ticks), clocks[1:], strict=True):
        labels.append(clock if before.date() == tick.date() else f"{day(tick)} {clock}")
    return labels
