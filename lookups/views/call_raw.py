"""Phonon's raw JSON of a call: a little of it for the page, all of it as a download."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, Sum
from django.db.models.functions import Length, Substr

from lookups import story
from lookups.limits import MASKED_RAW, RAW_PIECE, SHOWN_INDENTED, SHOWN_RAW
from lookups.models import Attempt, Call
from lookups.story.digits import digits_of

_TOGETHER = 500
_HIDDEN_DIGIT = "*"
_HIDE_DIGITS = str.maketrans("0123456789", _HIDDEN_DIGIT * 10)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_OPENS, _CLOSES = re.compile(r"[\[{]"), re.compile(r"[\]}]")


@dataclass(frozen=True)
class RawShown:
    """Title and text of each part that the page shows, and the length of all raw JSON."""

    parts: list[tuple[str, str]]
    size: int
    is_all: bool


def raw_shown(
    call: Call, attempts: Sequence[Attempt], *, of_attempts: int, revealed: bool
) -> RawShown:
    """The parts that fit into SHOWN_RAW: the call's first, then its attempts' from the last on.

    `attempts` are those of the page; of the others nothing is shown. All raw JSON of attempts
    comes to `of_attempts` characters.
    """
    own = Call.objects.filter(pk=call.pk)
    own_size = _characters(own)
    sizes = dict(_of(attempts).values_list("pk", Length("raw")))
    room = SHOWN_RAW
    texts: list[tuple[str, str]] = []
    if own_size <= room:
        texts.append(("Call", own.values_list("raw", flat=True).get()))
        room -= own_size
    fitting: list[Attempt] = []
    for one in reversed(attempts):
        if sizes[one.pk] <= room:
            fitting.append(one)
            room -= sizes[one.pk]
    theirs = dict(_of(fitting).values_list("pk", "raw"))
    texts += [(f"Attempt {one.number}", theirs[one.pk]) for one in fitting]
    parts = [(title, indented(text)) for title, text in texts if text]
    if not revealed:
        parts = [(title, story.mask_text(text, keep=call.uuid)) for title, text in parts]
    size = own_size + of_attempts
    return RawShown(parts, size, is_all=sum(len(text) for _, text in texts) == size)


def _of(attempts: Sequence[Attempt]) -> QuerySet[Attempt]:
    return Attempt.objects.filter(pk__in=[one.pk for one in attempts]).order_by()


def _characters(rows: QuerySet[Call] | QuerySet[Attempt]) -> int:
    size: int = rows.order_by().aggregate(size=Sum(Length("raw"), default=0))["size"]
    return size


def indented(text: str) -> str:
    """The JSON with one line a value; unaltered where it is no JSON or would grow too long."""
    if len(text) + _indents(text) > SHOWN_INDENTED:
        return text
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _indents(text: str) -> int:
    """How many characters indenting adds at most, as if each part stood on the deepest level."""
    deepest = min(len(_OPENS.findall(text)), len(_CLOSES.findall(text)))
    return (text.count(",") + 2 * deepest) * 2 * _depth(text)


def _depth(text: str) -> int:
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def whole(call: Call) -> Iterator[str]:
    """`{"call": …, "attempts": [ … ]}` in pieces of at most RAW_PIECE characters, as Phonon wrote
    it. The attempts are those with a row of their own; the call's part holds all others."""
    own = Call.objects.filter(pk=call.pk)
    yield '{"call":'
    yield from _slices(own, _characters(own))
    yield ',"attempts":['
    before = "\n"
    for piece in _of_attempts(call):
        yield before
        yield from piece
        before = ",\n"
    yield "]}\n"


def _of_attempts(call: Call) -> Iterator[Iterable[str]]:
    """The text of each attempt in their order, in pieces."""
    sizes = list(call.attempts.order_by("number").values_list("pk", Length("raw")))
    together: list[int] = []
    room = RAW_PIECE
    for pk, size in sizes:
        if size > room or len(together) == _TOGETHER:
            yield from _texts(together)
            together, room = [], RAW_PIECE
        if size > RAW_PIECE:
            yield _slices(Attempt.objects.filter(pk=pk), size)
        else:
            together.append(pk)
            room -= size
    yield from _texts(together)


def _texts(attempts: Sequence[int]) -> Iterator[Iterable[str]]:
    texts = dict(Attempt.objects.filter(pk__in=attempts).values_list("pk", "raw"))
    return ([texts[pk] or "null"] for pk in attempts if pk in texts)


def _slices(rows: QuerySet[Call] | QuerySet[Attempt], size: int) -> Iterator[str]:
    if not size:
        yield "null"
    for start in range(1, size + 1, RAW_PIECE):
        yield rows.order_by().values_list(Substr("raw", start, RAW_PIECE), flat=True).get()


def masked(pieces: Iterable[str], *, keep: str) -> Iterator[str]:
    """The pieces with every telephone number masked, as the page shows them; `keep` is the UUID
    of the call, which stays.

    Looking for numbers takes time, so beyond MASKED_RAW characters every digit is hidden.
    """
    room = MASKED_RAW
    for piece in pieces:
        room -= len(piece)
        yield story.mask_text(piece, keep=keep) if room >= 0 else _without_digits(piece)


def _without_digits(piece: str) -> str:
    piece = piece.translate(_HIDE_DIGITS)
    return piece if piece.isascii() else _NOT_ASCII.sub(_without_digit, piece)


def _without_digit(found: re.Match[str]) -> str:
    return _HIDDEN_DIGIT if digits_of(found[0]) else found[0]
