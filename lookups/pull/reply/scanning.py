"""Where the parts of a JSON text begin and end, found without reading their values.

The text is known to be JSON (`cleaning`), so only brackets and strings matter. What is found is a
span of bytes, so a list of five million values costs no more than the one that is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lookups.pull.errors import Unreadable
from lookups.pull.reply.parse import MAX_DEPTH, NOT_DATA

# Possessive throughout: nothing is tried twice, and nothing is remembered a repetition.
STRING = rb'"(?:[^"\\]++|\\.)*+"'
_ATOMS = rb'(?:[^"\[\]{}]++|' + STRING + rb")"
_LEAF = rb"\[" + _ATOMS + rb"*+\]|\{" + _ATOMS + rb"*+\}"
_SIMPLE = re.compile(STRING + rb"|" + _LEAF + rb"|[^\"\[\]{},\s]++", re.DOTALL)
# One match passes over as much as there is without a list in a list.
_BRACKETS = re.compile(
    rb"(?:" + _ATOMS + rb"|" + _LEAF + rb")++|(?P<opens>[\[{]++)|(?P<closes>[\]}]++)", re.DOTALL
)
_GAP = re.compile(rb"[\s,:]*+")
_CLOSES = b"]}"
# The outermost object and its list of items lie around the part that is kept.
_DEEPEST = MAX_DEPTH + 2


class Span(NamedTuple):
    """Bytes `start` to `end` of a text."""

    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start


def entries(text: bytes, whole: Span) -> Iterator[Span]:
    """The entries of a list. Raises Unreadable for one that is nested too deep."""
    at = _after_gap(text, whole.start + 1)
    while text[at] not in _CLOSES:
        end = _end_of(text, at)
        yield Span(at, end)
        at = _after_gap(text, end)


def fields(text: bytes, whole: Span) -> Iterator[tuple[Span, Span]]:
    """Name and value of each field of an object. Raises as `entries`."""
    parts = entries(text, whole)
    return zip(parts, parts, strict=True)


def span_of(text: bytes) -> Span:
    """The one value of the text."""
    return Span(_after_gap(text, 0), len(text.rstrip()))


def _after_gap(text: bytes, at: int) -> int:
    found = _GAP.match(text, at)
    return found.end() if found else at


def _end_of(text: bytes, start: int) -> int:
    if simple := _SIMPLE.match(text, start):
        return simple.end()
    depth = 0
    for token in _BRACKETS.finditer(text, start):
        if token.lastgroup == "opens":
            depth += token.end() - token.start()
            if depth > _DEEPEST:
                break
        elif token.lastgroup == "closes":
            depth -= token.end() - token.start()
            if depth <= 0:
                return token.end() + depth
    raise Unreadable(NOT_DATA)
