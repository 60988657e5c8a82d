"""Telephone numbers hidden but for their last four digits, alone and inside running text.

A person who may not see a number must still be able to tell two numbers apart and to compare one
with the caller's. Where digits could be a number or something else, they are hidden: a masked order
number costs a click, a number shown cannot be taken back.

The work grows with the length of the text and no faster, whatever stands in it.
"""

import re

from lookups.story.digits import DIGIT, MANY, Shape, digits_of, readings

HIDDEN = "••••"
CUT = "…"
"""At the end of a text that was cut; the digits before it may be a part of a number."""
FEWEST_DIGITS = 8  # of a number; of fewer digits, four would be most of it
_SHOWN = 4
FEWEST_BEFORE_A_CUT = 5

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_TIME = r"""(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,6})?)?
    (?:\ ?(?:Z|[+-](?:0\d|1[0-4]):?[0-5]\d)){0,2}"""
_DATE = rf"(?:{_YEAR}(?P<a>[-/.]){_MONTH}(?P=a){_DAY}|{_DAY}(?P<b>[-/.]){_MONTH}(?P=b){_YEAR})"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_KEPT = re.compile(
    rf"""
      (?P<uuid>(?<![0-9a-f])(?P<head>[0-9a-f]{{8}}-[0-9a-f]{{4}}-[1-8][0-9a-f]{{3}}
        -[89ab][0-9a-f]{{3}})-(?P<node>[0-9a-f]{{12}})(?![0-9a-z]))
    | (?P<hex>(?<![0-9a-z])[0-9a-f]{{16,}}+(?![0-9a-z]))
    | (?<![0-9])(?<![0-9][-/.:])(?:{_DATE}(?:[T\ ]{_TIME})?|{_TIME})(?![0-9])(?![-/.:][0-9])
    | (?P<ip>(?<![0-9.+]){_OCTET}(?:\.{_OCTET}){{3}}(?!\.?[0-9]))       # an IPv4 address
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ANY_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# An Indian mobile number in a UUID's last group, with its country code or filled up with zeros.
_MOBILE_IN_A_NODE = re.compile(r"(?<![0-9])(?:91|00?)?[6-9][0-9]{9}(?![0-9])")
_LONG_RUN = re.compile(r"[0-9]{10}")
_LEAST_VARIETY = 6  # different hexadecimal digits before that group; fewer are no random UUID
# A number from a UUID's first digits on, over its hyphens, and what is left beside it.
_NUMBER_IN_A_HEAD = re.compile(r"(?P<before>[a-f]*)0*[0-9]{10,12}(?P<after>.*)")
_LEAST_VARIETY_BESIDE = 10
_RUN_IN_A_WORD = re.compile(rf"[0-9]{{{FEWEST_DIGITS}}}")
# Four groups of two digits are an address only after one of these words.
_PAIRS = re.compile(r"[0-9]{2}(?:\.[0-9]{2}){3}")
_SAYS_ADDRESS = re.compile(r"(?:\bip(?:v4)?|address)[^0-9a-z]{0,5}$", re.IGNORECASE)
_WORD_BEFORE = 16  # characters

_RUN = re.compile(r"[0-9]{10}")

_RUN = re.compile(rf"(\+?\(?){DIGIT}(?:[^0-9{MANY}A-Za-z]*+{DIGIT})*+")
_DIGITS = re.compile(f"{DIGIT}+")
# Where one of these stands between digits, as in JSON, all that is no digit stays in its place.
_STRUCTURE = frozenset("\"'{}[]<>\\\n\r")


def mask_number(number: str) -> str:
    """ "•••• 2728"; only "••••" when there are fewer than eight digits; "" for no number."""
    digits = "".join(map(digits_of, number))
    if len(digits) < FEWEST_DIGITS:
        return HIDDEN if number.strip() else ""
    return f"{HIDDEN} {digits[-_SHOWN:]}"


def mask_keys(pressed: str) -> str:
    """Keys that a customer pressed; of eight and more, which may be an account, how many: "10
    keys"."""
    count = len("".join(pressed.split()))
    return pressed if count < FEWEST_DIGITS else f"{count} keys"


def mask_text(text: str, *, keep: str = "") -> str:
    """The text with every telephone-like number masked and all else as it was.

    Telephone-like: eight digits or more, of any script, with no letter between them. What stands
    between may be anything else, also written as an escape, and of any length. UUIDs, dates, times,
    IPv4 addresses and long hexadecimal words stay, but for those that look made to hold a number.
    `keep` is a UUID in lower case that stays in any case. Digits before a CUT are hidden whole.
    """
    if not _may_hold_a_number(text):
        return text
    first, *others = readings(text)
    text = _masked(text, first(text), keep)
    for read in others:
        text = _masked(text, read(text.replace(HIDDEN, "zzzz")), keep)
    return text


def cut(text: str, most: int) -> str:
    """The text in so many characters at most, with CUT at the end of one that is longer."""
    return text if len(text) <= most else text[: most - len(CUT)] + CUT


def hides_number(text: str) -> bool:
    """Whether `mask_text` hides anything of it."""
    return mask_text(text) != text


def count_digits(text: str) -> int:
    """How many digits stand in the text, of whatever script."""
    return len("".join(map(digits_of, text)))


def _may_hold_a_number(text: str) -> bool:
    return not text.isascii() or sum(map(text.count, "0123456789")) >= FEWEST_DIGITS


def _masked(text: str, seen: Shape, keep: str) -> str:
    starts = seen.starts
    pieces: list[str] = []
    place = 0
    for run in _RUN.finditer(_without_the_kept(seen.marks, keep)):
        is_cut = text.startswith(CUT, starts[run.end()])
        if _count(run[0]) >= (FEWEST_BEFORE_A_CUT if is_cut else FEWEST_DIGITS):
            first = _start_of_number(run)
            pieces += (text[place : starts[first]], _hidden(text, seen, first, run.end(), is_cut))
            place = starts[run.end()]
    return "".join([*pieces, text[place:]])


def _without_the_kept(marks: str, keep: str) -> str:
    """The shape with letters in the place of what is no number."""
    if keep:
        marks = _ANY_UUID.sub(
            lambda found: "z" * 36 if found[0].lower() == keep else found[0], marks
        )
    return _KEPT.sub(lambda found: "z" * len(found[0]) if _stays(found) else found[0], marks)


def _stays(found: re.Match[str]) -> bool:
    if found["uuid"]:
        return not _holds_a_number(found["head"].lower(), found["node"].lower())
    if word := found["hex"]:
        letters = sum(map(str.isalpha, word))
        return letters * 4 >= len(word) and not _RUN_IN_A_WORD.search(word)
    if found["ip"] and _PAIRS.fullmatch(found["ip"]):
        before = found.string[max(0, found.start() - _WORD_BEFORE) : found.start()]
        return bool(_SAYS_ADDRESS.search(before))
    return True


def _holds_a_number(head: str, node: str) -> bool:
    """Whether a UUID looks made to hold one; of random UUIDs fewer than one in a hundred do."""
    head = head.replace("-", "")
    if _MOBILE_IN_A_NODE.search(node):
        return True
    if _LONG_RUN.search(node) and len(set(head)) < _LEAST_VARIETY:
        return True
    start = _NUMBER_IN_A_HEAD.fullmatch(head + node)
    return start is not None and len({*start["before"], *start["after"]}) < _LEAST_VARIETY_BESIDE


def _start_of_number(run: re.Match[str]) -> int:
    """Its plus and its bracket belong to it, unless the bracket closes after it."""
    opening = len(run[1])
    return run.start() + (opening if run[1].endswith("(") and ")" not in run[0] else 0)


def _count(marks: str) -> int:
    """How many digits they are; of a character that is several, two."""
    return sum(map(marks.count, "0123456789")) + 2 * marks.count(MANY)


def _hidden(text: str, seen: Shape, first: int, end: int, is_cut: bool) -> str:
    """What is shown of the number that these places hold."""
    marks, starts = seen
    tail, digits = (end, "") if is_cut else _last_digits(marks, first, end)
    if _STRUCTURE.isdisjoint(text[starts[first] : starts[end]]):
        return f"{HIDDEN} {digits}".rstrip()
    pieces: list[str] = []
    place = first
    for some in _DIGITS.finditer(marks, first, tail):
        pieces += (text[starts[place] : starts[some.start()]], HIDDEN)
        place = some.end()
    return "".join([*pieces, text[starts[place] : starts[end]]])


def _last_digits(marks: str, first: int, end: int) -> tuple[int, str]:
    """Where the last four digits begin, and these; fewer where one character is several."""
    tail, digits = end, ""
    for place in range(end - 1, first - 1, -1):
        if marks[place] == MANY or len(digits) == _SHOWN:
            break
        if marks[place] in "0123456789":
            tail, digits = place, marks[place] + digits
    return tail, digits
