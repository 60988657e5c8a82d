"""Searches for whole numbers: which they are, and how they are noted without the number."""

from django.utils.crypto import salted_hmac

from lookups.search.query import Filter, Query
from lookups.search.values import is_dialled, is_uuid, number
from lookups.story.masking import FEWEST_DIGITS, count_digits, hides_number

# A part of what these filters compare with is not masked on any page, or has no digits to find.
_WITHOUT_NUMBERS = frozenset({"uuid", "lookup", "credential", "after", "before", "on"})
_DIALLED = frozenset({"number", "did", "text"})
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
_LENGTH = 16


def fingerprints(query: Query) -> list[str]:
    """One of each number, or text with a number's digits, that the query searches for."""
    sought = (
        fingerprint(one.name, value)
        for one in query.filters
        for value in one.values
        if is_number(one.name, value)
    )
    return list(dict.fromkeys(sought))


def noted(query: Query) -> str:
    """The canonical text with "#" and a fingerprint in the place of each number."""
    return Query(tuple(map(_noted, query.filters))).text


def _noted(one: Filter) -> Filter:
    values = (
        f"#{fingerprint(one.name, value)}" if is_number(one.name, value) else value
        for value in one.values
    )
    return Filter(one.name, tuple(values), one.negated)


def is_number(name: str, value: str) -> bool:
    """Whether that value of a filter has as many digits as a number, or keys as an account."""
    if name == "key":
        return len(value.replace(" ", "")) >= FEWEST_DIGITS
    if name in _WITHOUT_NUMBERS or (is_uuid(value) and not hides_number(value)):
        return False
    return count_digits(value) >= FEWEST_DIGITS


def fingerprint(name: str, value: str) -> str:
    """16 letters from a hash under the portal's SECRET_KEY: the same for the same value, and of no
    use for finding the value. Letters alone, so that no mask takes them for a number.

    A number is the same in any writing and filter of numbers; of all else each character counts.
    """
    is_dialled_number = name in _DIALLED and is_dialled(value)
    plain = number(value).lstrip("+0") if is_dialled_number else f"{name}:{value.casefold()}"
    digest = salted_hmac("lookups.search.numbers", plain, algorithm="sha256").hexdigest()
    return digest[:_LENGTH].translate(_LETTERS)
