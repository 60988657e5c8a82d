"""Readers of filter values: text as typed → its one canonical spelling, or a SearchError.

Digits are ASCII digits, lengths are bounded, and no reader guesses.
"""

import re
from datetime import date, datetime

from lookups.search.errors import SearchError, quoted
from lookups.story import CAUSES, Outcome
from lookups.story.causes import known_code
from lookups.story.flow_status import LABELS, is_known, tidy_status
from lookups.story.masking import FEWEST_DIGITS
from lookups.whole_number import whole_number

EARLIEST_YEAR, LATEST_YEAR = 1990, 2199
NO_CAUSE = "none"
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
_HYPHENS = {0, 4}
_DIALLED = re.compile(r"\+?[0-9][0-9 ()./-]*")
_WHOLE_NUMBER = re.compile(r"\+[0-9]{8,15}")
_CODE = re.compile(r"[+-]?[0-9]{1,9}(?:\.0{1,9})?")
_COMPARED = re.compile(r"(>=|<=|>|<|=)? ?([0-9]{1,6})((?:\.[0-9]{1,3})?) ?s?")
_KEYS = re.compile(r"[0-9*#A-D](?: ?[0-9*#A-D]){0,31}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(rf"{_DATE.pattern}(?:T[0-9]{{2}}:[0-9]{{2}})?")
MAX_DIGITS = 20
LAST_DIGITS = 4  # of a number, which every page shows
NUMBERS_TAKE = (
    f"A search for numbers takes their last {LAST_DIGITS} digits, or {FEWEST_DIGITS} digits and "
    "more, up to the whole number"
)
_TRUNK = 11  # digits; from that length on, leading zeros are dialling prefixes


def text(value: str) -> str:
    return value


def outcome(value: str) -> str:
    tidy = value.lower().replace(" ", "_").replace("-", "_")
    if tidy not in set(Outcome):
        raise SearchError(f"{quoted(value)} is not an outcome. You can use {', '.join(Outcome)}.")
    return tidy


def cause(value: str) -> str:
    """A code ("17"), a cause's word or part of it ("busy"), a switch's word ("USER_BUSY"), or
    "none" for calls without a cause."""
    if _CODE.fullmatch(value):
        return str(int(value.partition(".")[0]))
    word = value.lower().replace("_", " ")
    if word == NO_CAUSE or _codes_of_word(word):
        return word
    if known_code(value):
        return value.upper().replace(" ", "_").replace("-", "_")
    words = ", ".join(dict.fromkeys(one.word.lower() for one in CAUSES.values()))
    raise SearchError(
        f"{quoted(value)} is not a cause. You can use a code such as 17, or {words}, or {NO_CAUSE}."
    )


def cause_codes(value: str) -> tuple[str, ...]:
    """The codes that a canonical cause stands for: ("5", "17") for "busy"; ("",) for "none"."""
    if value == NO_CAUSE:
        return ("",)
    if _CODE.fullmatch(value):
        return (value,)
    return _codes_of_word(value) or (known_code(value), value)


def _codes_of_word(word: str) -> tuple[str, ...]:
    words = {one.code: one.word.lower() for one in CAUSES.values()}
    asked = set(word.split())
    same = [code for code, one in words.items() if one == word]
    part = [code for code, one in words.items() if asked and asked <= set(one.split())]
    return tuple(sorted(same or part, key=int))


def is_dialled(value: str) -> bool:
    """Whether a free word reads as a telephone number, or as much of one as is searched for."""
    if not _DIALLED.fullmatch(value) or len(_digits(value)) > MAX_DIGITS:
        return False
    return _is_enough(_without_prefix(_digits(value)))


def is_part_of_a_number(value: str) -> bool:
    """Whether a free word is digits alone, more than the end of a number and less than most of
    it."""
    return value.isdecimal() and LAST_DIGITS < len(value) < FEWEST_DIGITS


def is_last_digits(value: str) -> bool:
    """Whether the value is the last digits of a number as pages show them."""
    return value.isascii() and value.isdecimal() and len(value) == LAST_DIGITS


def has_plus(value: str) -> bool:
    """Whether a free word can only be meant as a telephone number."""
    return value.startswith("+") and bool(_DIALLED.fullmatch(value))


def number(value: str) -> str:
    """The end of a number as digits, or the whole as E.164 ("+919812342728").

    Of fewer digits than most of a number it takes the last four alone: with one more at a time,
    whoever may not see a number could find it out.
    """
    digits = _digits(value)
    if not _DIALLED.fullmatch(value) or len(digits) > MAX_DIGITS:
        raise SearchError(
            f"{quoted(value)} is not a number. Write its last digits, such as 2728, or the whole "
            "as +919812342728."
        )
    if is_whole_number("+" + digits) and value.startswith("+"):
        return "+" + digits
    digits = _without_prefix(digits)
    if not _is_enough(digits):
        raise SearchError(
            f"{quoted(value)} cannot be searched for. {NUMBERS_TAKE}, so that no number "
            "can be found out digit by digit."
        )
    return digits


def _without_prefix(digits: str) -> str:
    return digits.lstrip("0") if len(digits) >= _TRUNK else digits


def _is_enough(digits: str) -> bool:
    return len(digits) == LAST_DIGITS or len(digits) >= FEWEST_DIGITS


def is_whole_number(value: str) -> bool:
    return bool(_WHOLE_NUMBER.fullmatch(value))


def _digits(value: str) -> str:
    return "".join(character for character in value if character in "0123456789")


def moment(value: str) -> str:
    """ "2026-10-01" or "2026-10-01T10:30", in the team's zone."""
    if not _MOMENT.fullmatch(value.upper()):
        raise _not_a_date(value, "2026-10-01 or 2026-10-01T10:30")
    _in_calendar(value.upper())
    return value.upper()


def day(value: str) -> str:
    """ "2026-10-01", in the team's zone."""
    if not _DATE.fullmatch(value):
        raise _not_a_date(value, "2026-10-01")
    _in_calendar(value)
    return value


def _in_calendar(value: str) -> None:
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        raise SearchError(f"{quoted(value)} is not in the calendar. Check the date.") from None
    if not EARLIEST_YEAR <= read.year <= LATEST_YEAR:
        raise SearchError(
            f"{quoted(value)} is too far away. Use a year from {EARLIEST_YEAR} to {LATEST_YEAR}."
        )


def _not_a_date(value: str, example: str) -> SearchError:
    return SearchError(f"{quoted(value)} is not a date. Write it as {example}.")


def as_moment(value: str) -> datetime:
    """A canonical moment without its zone, midnight where only a day was given."""
    return datetime.fromisoformat(value)


def as_day(value: str) -> date:
    return date.fromisoformat(value)


def seconds(value: str) -> str:
    """ ">30", "<=5", "=0.5"; seconds."""
    return _comparison(value, example="talk:>30", fraction=True)


def count(value: str) -> str:
    """ ">2", "=0"."""
    return _comparison(value, example="attempts:>2", fraction=False)


def _comparison(value: str, *, example: str, fraction: bool) -> str:
    found = _COMPARED.fullmatch(value)
    if found is None or (found[3] and not fraction):
        raise SearchError(
            f"{quoted(value)} is not understood here. Write a number with >, <, >=, <= or = before "
            f"it, for example {example}."
        )
    rest = found[3].rstrip("0").rstrip(".")
    return f"{found[1] or '='}{int(found[2])}{rest}"


def compared(value: str) -> tuple[str, float]:
    """A canonical comparison in its two parts: (">", 30.0)."""
    operator = value.rstrip("0123456789.")
    return operator, float(value.removeprefix(operator))


def key(value: str) -> str:
    """ "1", or "1 2" for keys one after the other."""
    if not _KEYS.fullmatch(value.upper()):
        raise SearchError(f"{quoted(value)} is not a key. Use 0 to 9, * or #, for example key:1.")
    return value.upper()


def whole(value: str) -> str:
    number = whole_number(value)
    if number is None:
        raise SearchError(
            f"{quoted(value)} is not a lookup. Write the number that stands in its address, for "
            "example lookup:318."
        )
    return str(number)


def status(value: str) -> str:
    """Phonon's own word where it is known by itself or by our label, else as it was typed."""
    labels = {label.lower(): word for word, label in LABELS.items()}
    if value.lower() in labels:
        return labels[value.lower()]
    return tidy_status(value) if is_known(value) else value


def yes_or_no(value: str) -> str:
    if value.lower() not in {"yes", "no"}:
        raise SearchError(f"{quoted(value)} is not understood here. Write final:yes or final:no.")
    return value.lower()


def is_uuid(value: str) -> bool:
    """A whole UUID with its four hyphens or none, in any case."""
    return bool(_UUID.fullmatch(value.lower())) and value.count("-") in _HYPHENS


def uuid(value: str) -> str:
    if not is_uuid(value):
        raise SearchError(f"{quoted(value)} is not a whole UUID. Paste all 36 characters of it.")
    digits = value.lower().replace("-", "")
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
