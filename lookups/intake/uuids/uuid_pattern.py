"""Finds Phonon UUIDs in text, exactly as they were written.

A strict ASCII pattern reads 36 characters (8-4-4-4-12) or 32 bare hex digits, in any case, of any
version. `uuid.UUID()` is not used: it drops braces and hyphens wherever they stand, and so makes
UUIDs out of text that holds none.

A UUID stands alone: it is not part of a longer run of letters and digits, nor of a chain of hex
groups joined by hyphens. `_`, quotes, braces, `=`, `/` and `urn:uuid:` may stand beside it, and so
may a word with a hyphen ("call-", "-part1"), unless the word itself is made of hex digits. What is
read beyond that, out of a longer name (`chain`), beside an escape (`escapes`) or in several pieces
(`dress`), is told with what it was read through.

Two readers give the same: `STANDING_ALONE` takes the plain ones from megabytes at once, and
`tokens` reads what lies between them, character by character where it has to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lookups.intake.uuids.chain import A_LONGER_NAME, is_in_name
from lookups.intake.uuids.disguise import DASHES, INVISIBLE, NO_BREAK, read_through, undisguised
from lookups.intake.uuids.dress import dressed
from lookups.intake.uuids.escapes import without_escapes
from lookups.intake.uuids.near_miss import near_miss
from lookups.intake.uuids.shape import HEX, HEX_4, HEX_8, REST, WORD, canonical

Token = tuple[str, str, str]
"""Text as it came, UUID or "", and the reason of a near-miss or what a UUID was read through."""
Place = tuple[int, int, str, str]
"""Start and end in the text, and as in Token."""


def _standing_alone(word: str, disguises: str = "") -> re.Pattern[str]:
    # The look-behinds come after four digits: few words get that far. What touches a disguise is
    # left to the careful reader.
    beside, hex_beyond = word + disguises, HEX + disguises
    return re.compile(
        f"({HEX_4}(?<![{beside}]....)(?<![{hex_beyond}]-....){HEX_4}{REST})"
        f"(?![{beside}])(?!-[{hex_beyond}])"
    )


_PLAIN = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
STANDING_ALONE_ASCII = _standing_alone("0-9A-Za-z")
STANDING_ALONE = _standing_alone(WORD, INVISIBLE + NO_BREAK + DASHES)


def _runs(word: str) -> re.Pattern[str]:
    # 25 characters is the shortest that may matter. Possessive, and only from the start of a word:
    # a megabyte without a space is read once, not once per character.
    return re.compile(f"(?<![{word}])(?=[{word}-]{{25}})[{word}]++(?:-{{1,2}}[{word}]++)*+")


_RUNS_ASCII = _runs("0-9A-Za-z")
_RUNS = _runs(WORD)
_WHOLE = re.compile(f"(?<![{WORD}]){HEX_8}{REST}(?![{WORD}])")
_HEX_GROUP = re.compile(f"[{HEX}]+")
SHORTEST = 25
"""Characters; a shorter text holds neither a UUID nor a near-miss."""


def tokens(text: str) -> list[Token]:
    """The UUIDs and near-misses in the text, in order; [] when it holds none."""
    if len(text) < SHORTEST:
        return []
    if len(text) == 36 and _PLAIN.fullmatch(text):
        return [(text, text, "")]
    pattern = STANDING_ALONE_ASCII if text.isascii() else STANDING_ALONE
    pieces = pattern.split(text)
    found = tokens_between(pieces[0])
    for token, gap in zip(pieces[1::2], pieces[2::2], strict=True):
        found.append((token, canonical(token), ""))
        if len(gap) >= SHORTEST:
            found += tokens_between(gap)
    return found


def tokens_between(text: str) -> list[Token]:
    """As `tokens`, for text in which the fast pattern has found nothing, or not been tried."""
    return [(text[start:end], uuid, reason) for start, end, uuid, reason in places_between(text)]


def places_between(text: str) -> list[Place]:
    """Where they stand, in order."""
    if len(text) < SHORTEST:
        return []
    if text.isascii():
        return _places(_RUNS_ASCII, text)
    plain, places = undisguised(text)
    found = _places(_RUNS, plain)
    if places is None:
        return found
    seen: list[Place] = []
    for start, end, uuid, reason in found:
        first, last = places[start], places[end - 1] + 1
        through = read_through(text, first, last) if uuid else ""
        seen.append((first, last, uuid, " and ".join(filter(None, (through, reason)))))
    return seen


def _places(runs: re.Pattern[str], plain: str) -> list[Place]:
    found: list[Place] = [*dressed(plain)]
    is_dressed = bool(found)
    if is_dressed:
        plain = _blanked(plain, found)
    plain, escapes = without_escapes(plain)
    for run in runs.finditer(plain):
        for start, end, uuid, reason in _read_run(run[0]):
            start, end = run.start() + start, run.start() + end
            if uuid and escapes:
                reason = reason or _escape_before(plain, start, escapes)
            found.append((start, end, uuid, reason))
    return sorted(found) if is_dressed else found


def _blanked(plain: str, found: list[Place]) -> str:
    """The text with spaces for what was found in it."""
    rest, done = [], 0
    for start, end, _, _ in found:
        rest += [plain[done:start], " " * (end - start)]
        done = end
    return "".join([*rest, plain[done:]])


def _escape_before(plain: str, start: int, escapes: dict[int, str]) -> str:
    """The escape that a UUID touches, maybe with a hyphen between, or ""."""
    return escapes.get(start) or escapes.get(start - plain.startswith("-", start - 1), "")


def _read_run(run: str) -> Iterator[Place]:
    """Start, end, UUID, reason of what a run of hyphen-joined words holds."""
    done = 0
    for match in _WHOLE.finditer(run):
        reason = ""
        if not _stands_alone(run, match):
            if not is_in_name(run, *match.span()):
                continue
            reason = A_LONGER_NAME
        yield from _read_rest(run, done, match.start())
        yield match.start(), match.end(), canonical(match[0]), reason
        done = match.end()
    yield from _read_rest(run, done, len(run))


def _read_rest(run: str, start: int, end: int) -> Iterator[Place]:
    # Without the hyphens that joined it to a UUID: they are no part of either.
    rest = run[start:end].rstrip("-")
    start += len(rest) - len(rest.lstrip("-"))
    rest = rest.lstrip("-")
    if len(rest) < SHORTEST:
        return
    if miss := near_miss(rest):
        yield start + miss.start, start + miss.end, "", miss.reason


def _stands_alone(run: str, match: re.Match[str]) -> bool:
    # Group by group, and not further than a word can be, so that a long chain stays linear.
    before = run[max(0, match.start() - 80) : match.start()].removesuffix("-").rsplit("-", 1)[-1]
    after = run[match.end() : match.end() + 80].removeprefix("-").split("-", 1)[0]
    return not (_HEX_GROUP.fullmatch(before) or _HEX_GROUP.fullmatch(after))
