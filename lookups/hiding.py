"""Rows as a page may show them while numbers are hidden."""

from functools import cache
from typing import Any

from lookups import fields
from lookups.fields import Kind
from lookups.story import CUT, mask_number, mask_text

NUMBERS = frozenset(
    field.name for field in fields.ATTEMPT if field.kind is Kind.TELEPHONE and field.source.is_kept
)
# Not from outside, or not shown as they are: raw JSON, keys pressed and the addresses of recordings
# have masks of their own.
_LEFT = frozenset({"key", "uuid", "raw", "dtmf", "recording_urls", "worker"})


class Hidden:
    """A row with each text of it masked as it is read, in lists and objects as well.

    Everything is masked that is not named above, so that a new column hides what it holds. It
    stands in for the row in templates and in the story, and cannot be saved.
    """

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._row, name)
        if name in _LEFT:
            return value
        if isinstance(value, str):
            keep = getattr(self._row, "uuid", "")
            hidden = hidden_text(type(self._row), name, value, keep=keep)
        else:
            hidden = _within(value)
        # Masked once, however often the page and the story read it.
        self.__dict__[name] = hidden
        return hidden


def hidden_text(model: type, field: str, text: str, *, keep: str = "") -> str:
    """The masked text of that field; `keep` is a UUID that stays.

    A text that fills its column may have been cut in the middle of a number.
    """
    if field in NUMBERS:
        return mask_number(text)
    return mask_text(text + CUT if len(text) == _longest(model, field) else text, keep=keep)


@cache
def _longest(model: Any, field: str) -> int | None:
    """What its column takes; None for what is no column of text."""
    columns = {one.name: one.max_length for one in model._meta.concrete_fields}
    return columns.get(field)


def _within(value: Any) -> Any:
    """The same of what a list, an object or a named tuple holds."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {mask_text(str(name)): _within(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_within(inner) for inner in value]
    if isinstance(value, tuple) and hasattr(value, "_make"):
        return value._make(map(_within, value))
    return value
