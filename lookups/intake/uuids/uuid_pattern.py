"""Finds Phonon UUIDs in text, exactly as they were written.

A strict ASCII pattern reads 36 characters (8-4-4-4-12) or 32 bare hex digits, in any case, of any
version. `uuid.UUID()` is not used: it drops braces and hyphens wherever they stand, and so makes
UUIDs out of text that holds none.

A UUID stands alone: it is not part of a longer run of letters and digits, nor of a chain of hex
groups joined by hyphens. `_`, quotes, braces, `=`, `/` and `urn:uuid:` may stand beside it, and so
may a word with a hyphen ("call-", "-part1"), unless the word itself is made of hex digits.

Two readers give the same: `STANDING_ALONE` takes the plain ones from megabytes at once, and
`tokens` reads what lies between them, character by character where it has to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lookups.intake.uuids.disguise import DASHES, INVISIBLE, NO_BREAK, read_through, undisguised
from lookups.intake.uuids.near_miss import near_miss

Token = tuple[str, str, str]
"""Text as it came, UUID or "", and the reason of a near-miss or what a UUID was read through."""

_HEX = "0-9A-Fa-f"
# Beside ASCII: any Unicode digit, full-width letters, Greek and Cyrillic, which look alike.
WORD = r"0-9A-Za-z\d\uff21-\uff3a\uff41-\uff5a\u0370-\u03ff\u0400-\u04ff"
# Written out, not counted: the regex engine runs [..][..] twice as fast as [..]{2}.
_4, _8, _12, _24 = (f"[{_HEX}]" * n for n in (4, 8, 12, 24))
_REST = f"(?:-{_4}-{_4}-{_4}-{_12}|{_24})"


def _standing_alone(word: str, disguises: str = "") -> re.Pattern[str]:
    # The look-behinds come after four digits: few words get that far. What touches a disguise is
    # left to the careful reader.
    beside, hex_beyond = word + disguises, _HEX + disguises
    return re.compile(
        f"({_4}(?<![{beside}]....)(?<![{hex_beyond}]-....){_4}{_REST})"
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
_MAY_HOLD = re.compile(f"[{WORD}{DASHES}{INVISIBLE}{NO_BREAK}-]{{25}}")
_WHOLE = re.compile(f"(?<![{WORD}]){_8}{_REST}(?![{WORD}])")
_HEX_GROUP = re.compile(f"[{_HEX}]+")
# Characters in URLs and logs that are written with letters or digits but separate words. What is a
# whole UUID after the "%" was not written so.
_ESCAPES = re.compile(
    rf"%(?!{_8}{_REST}(?![{WORD}]))(?:0[9ad]|2[02367cf]|3[acdef]|5[bd]|7[bcd])"
    r"|\\(?:[nrt]|u00[0-9a-f]{2})",
    re.IGNORECASE,
)
SHORTEST = 25
"""Characters; a shorter text holds neither a UUID nor a near-miss."""


def canonical(token: str) -> str:
    """The 36 lower-case characters of a token that one of the patterns here has matched."""
    token = token.lower()
    if len(token) == 36:
        return token
    return f"{token[:8]}-{token[8:12]}-{token[12:16]}-{token[16:20]}-{token[20:]}"


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
    if len(text) < SHORTEST:
        return []
    if text.isascii():
        return _tokens_in_runs(_RUNS_ASCII, text, text, None)
    if not _MAY_HOLD.search(text):
        return []
    plain, places = undisguised(text)
    return _tokens_in_runs(_RUNS, plain, text, places)


def _tokens_in_runs(
    runs: re.Pattern[str], plain: str, text: str, places: list[int] | None
) -> list[Token]:
    if "%" in plain or "\\" in plain:
        plain = _ESCAPES.sub(lambda m: " " * len(m[0]), plain)
    found: list[Token] = []
    for run in runs.finditer(plain):
        for start, end, uuid, reason in _read_run(run[0]):
            first, last = run.start() + start, run.start() + end - 1
            if places is not None:
                first, last = places[first], places[last]
            if uuid and places is not None:
                reason = read_through(text, first, last + 1)
            found.append((text[first : last + 1], uuid, reason))
    return found


def _read_run(run: str) -> Iterator[tuple[int, int, str, str]]:
    """Start, end, UUID, reason of what a run of hyphen-joined words holds."""
    done = 0
    for match in _WHOLE.finditer(run):
        if not _stands_alone(run, match):
            continue
        yield from _read_rest(run, done, match.start())
        yield match.start(), match.end(), canonical(match[0]), ""
        done = match.end()
    yield from _read_rest(run, done, len(run))


def _read_rest(run: str, start: int, end: int) -> Iterator[tuple[int, int, str, str]]:
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
