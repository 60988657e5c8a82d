"""What of a call is over the limits, and so stands in its raw JSON alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from lookups.limits import (
    READ_CHARACTERS,
    READ_MESSAGES,
    READ_PARTS,
    READ_UNKNOWN,
    READ_VARIABLES,
)
from lookups.pull.parse import to_json
from lookups.pull.records import AttemptRecord, CallRecord


def leave_out(call: CallRecord, left: Counter[str]) -> None:
    """Takes out of the call what is over a limit, and notes how many of each kind that were, with
    those that `left` says were never read."""
    call.keys = _few(call.keys, READ_VARIABLES, left, "variables")
    room = READ_UNKNOWN
    holders: list[CallRecord | AttemptRecord] = [call, *call.attempts]
    for one in holders:
        if one.unknown:
            one.unknown = _few(one.unknown, room, left, "unknown")
            room -= len(one.unknown)
    messages = [one for one in call.messages if len(one.text) <= READ_CHARACTERS]
    left["messages"] += len(call.messages) - len(messages[:READ_MESSAGES])
    call.messages = messages[:READ_MESSAGES]
    for attempt in call.attempts:
        if attempt.recording_urls:
            attempt.recording_urls = _short(attempt.recording_urls, left)
    call.left_out = {kind: count for kind, count in left.items() if count}


def _few(fields: dict[str, Any], most: int, left: Counter[str], kind: str) -> dict[str, Any]:
    """The first fields whose name and value are not too long; the same object if that is all."""
    if len(fields) <= most and all(map(_is_short, fields, fields.values())):
        return fields
    kept = [pair for pair in fields.items() if _is_short(*pair)][:most]
    left[kind] += len(fields) - len(kept)
    return dict(kept)


def _is_short(name: str, value: Any) -> bool:
    written = to_json(value) if isinstance(value, dict | list) else str(value)
    return len(name) + len(written) <= READ_CHARACTERS


def _short(urls: Iterable[str], left: Counter[str]) -> list[str]:
    every = list(urls)
    kept = [url for url in every if len(url) <= READ_CHARACTERS][:READ_PARTS]
    left["recordings"] += len(every) - len(kept)
    return kept
