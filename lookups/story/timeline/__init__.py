"""The drawing of a call: a time axis, a bar for each attempt, marks of keys, a row of messages."""

from lookups.story.timeline.timeline import Timeline, timeline

__all__ = [
    "Timeline",
    "timeline",
]
