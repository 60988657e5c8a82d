"""Telephone numbers hidden but for their last four digits, alone and inside running text.

A person who may not see a number must still be able to tell two numbers apart and to compare one
with the caller's. Where a run of digits could be a number or something else, it is hidden: a
masked order number costs a click, a number shown cannot be taken back.
"""

import re

HIDDEN = "••••"
_SHOWN = 4
_SHORTEST_PARTLY_SHOWN = 8  # of fewer digits, four would be most of the number

_KEPT = re.compile(
    r"""
      [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}        # a UUID
    | (?<!\d)\d{4}-\d\d-\d\d(?!\d)                                        # an ISO date, perhaps
      (?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:\s?(?:Z|[+-]\d\d:?\d\d))*(?!\d))?  # with time
    | (?<!\d)(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d(?!\d)   # 12-11-2026
    | (?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])                          # an IPv4 address
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HEX_WORD = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{8,}(?![0-9A-Za-z])")
_NUMBER = re.compile(
    r"""
      \+?(?<!\d)\d{8,15}(?!\d)
    | (?<!\d)\+?\(?\d{1,5}\)?(?:[ \u00a0\u2010\u2011./-]{1,2}\(?\d{2,8}\)?){1,6}(?!\d)
    """,
    re.VERBOSE,
)


def mask_number(number: str) -> str:
    """ "•••• 2728"; only "••••" when there are fewer than eight digits; "" for no number."""
    digits = "".join(character for character in number if character.isdigit())
    if len(digits) < _SHORTEST_PARTLY_SHOWN:
        return HIDDEN if number.strip() else ""
    return f"{HIDDEN} {digits[-_SHOWN:]}"


def mask_text(text: str) -> str:
    """The text with every telephone-like number masked and all else as it was.

    Telephone-like: a run of 8 to 15 digits, or groups of digits with single spaces, hyphens,
    dots, strokes or brackets between them that come to 10 to 15 digits (8 to 15 after a plus).
    UUIDs, ISO dates and times, day-month-year dates, IPv4 addresses and hexadecimal words
    stay. Longer runs of digits are no telephone numbers and stay too.
    """
    pieces: list[str] = []
    position = 0
    for start, end in _kept_spans(text):
        pieces += [_NUMBER.sub(_masked, text[position:start]), text[start:end]]
        position = end
    pieces.append(_NUMBER.sub(_masked, text[position:]))
    return "".join(pieces)


def _kept_spans(text: str) -> list[tuple[int, int]]:
    spans = [match.span() for match in _KEPT.finditer(text)]
    spans += [match.span() for match in _HEX_WORD.finditer(text) if _is_hex(match.group())]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _is_hex(word: str) -> bool:
    # One letter in front of a number ("B919812342728", left over from "%2B") is no hex word.
    letters = sum(character.isalpha() for character in word)
    return letters >= 2 or (letters == 1 and len(word) >= 16)


def _masked(match: re.Match[str]) -> str:
    found = match.group()
    digits = sum(character.isdigit() for character in found)
    unbroken = found.lstrip("+").isdigit()
    fewest = 8 if unbroken or found.startswith("+") else 10
    return mask_number(found) if fewest <= digits <= 15 else found
