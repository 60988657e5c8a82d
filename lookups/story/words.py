"""Numbers, lengths of time, dates and zones as people say them.

Everything here is total over the values it names: no function raises for a value of its type.
"""

import math
from collections.abc import Sequence
from datetime import datetime, tzinfo

_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = (
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def seconds_in_words(seconds: float | None) -> str:
    """ "42 s", "1 min 12 s", "1 h 03 min"; "" for None, a negative or an infinite length.

    Under a minute and under an hour it rounds half up to seconds, above that down to minutes.
    A length that is more than nothing and less than a second is "under 1 s".
    """
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return ""
    if 0 < seconds < 1:
        return "under 1 s"
    whole = math.floor(seconds + 0.5)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, rest = divmod(whole, 3600)
    return f"{hours:,} h {rest // 60:02d} min"


def span_in_words(seconds: float) -> str:
    """A longer stretch in its largest fitting unit: "50 s", "45 min", "1 h 46 min", "3 h",
    "2 days". Two of a unit at least, so that 90 minutes do not become "1 h"."""
    if seconds < 60:
        return seconds_in_words(max(seconds, 0))
    whole = 60 * math.floor(seconds / 60 + 0.5)
    if 3600 <= whole < 7200:
        return seconds_in_words(whole)
    for size, unit in ((86400, "day"), (3600, "h"), (60, "min")):
        if whole >= 2 * size or unit == "min":
            count = math.floor(whole / size + 0.5)
            return f"{count:,} {unit}{'s' if unit == 'day' else ''}"
    raise AssertionError("minutes take every stretch of a minute or more")


def count_word(count: int) -> str:
    """ "no", "one" … "ten", then figures: "11", "1,200"."""
    return _COUNTS[count] if 0 <= count < len(_COUNTS) else f"{count:,}"


def times_word(count: int) -> str:
    """ "once", "twice", "three times" … "11 times"."""
    return {1: "once", 2: "twice"}.get(count) or f"{count_word(count)} times"


def ordinal(number: int) -> str:
    """ "first" … "tenth", then "11th", "21st", "112th"."""
    if 0 <= number < len(_ORDINALS):
        return _ORDINALS[number]
    teen = 10 < number % 100 < 14
    suffix = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{suffix}"


def listed(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"; "" for none."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def capitalised(sentence: str) -> str:
    """The sentence with its first letter upper-case and the rest untouched."""
    return sentence[:1].upper() + sentence[1:]


def one_line(text: str) -> str:
    """The text with single spaces and without characters that do not show, such as the ones that
    turn the direction of what follows: fit to stand inside a sentence."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def day(moment: datetime, *, with_year: bool = False) -> str:
    """ "12 Nov" or "12 Nov 2026", in the zone the moment carries; the same in every locale."""
    year = f" {moment.year}" if with_year else ""
    return f"{moment.day} {_MONTHS[moment.month - 1]}{year}"


def zone_abbreviation(moment: datetime, zone: tzinfo) -> str:
    """ "IST" where the zone has letters for itself at that moment, else its offset, "+05:30"."""
    local = moment.astimezone(zone)
    name = local.tzname() or ""
    return name if name.isalpha() else offset(moment, zone)


def offset(moment: datetime, zone: tzinfo) -> str:
    """The zone's offset from UTC at that moment, as "+05:30"."""
    text = moment.astimezone(zone).strftime("%z") or "+0000"
    return f"{text[:3]}:{text[3:5]}"
