"""Query text → terms: free words, "quoted words", name:value,value, and each with a minus before.

Inside quotation marks a doubled one stands for one. Pure; it knows nothing of which names exist.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lookups.search.errors import SearchError, quoted

MAX_CHARACTERS = 500
MAX_FILTERS = 20  # each may read every call of the team once

# Telephones write curly quotation marks by themselves; pasted text brings invisible spaces.
_TYPED = str.maketrans({"“": '"', "”": '"', "„": '"', "\u200b": " ", "\u2060": " ", "\ufeff": " "})
_QUOTED = r'"(?:[^"]|"")*"'
_CHUNK = re.compile(rf'(?:{_QUOTED}|[^\s"])+')
_NAMED = re.compile(r'(-?)([^\s":,]+):(.*)', re.DOTALL)
_FREE = re.compile(rf'(-?+)({_QUOTED}|[^"]+)')
_VALUE = re.compile(rf'{_QUOTED}|[^\s",]+')
_VALUES = re.compile(rf"(?:{_VALUE.pattern})(?:,(?:{_VALUE.pattern}))*")
_PLAIN_VALUE = re.compile(r'[^\s",]+')
# One that begins with a plus is quoted, or digits after it would be taken for its rest.
_PLAIN_WORD = re.compile(r'[^\s":+-][^\s":]*')

# A number with a plus is often written in groups: "+91 99433 86544" is one number, not three.
_PLUS = re.compile(r"\+\d[\d-]*")
_REST_OF_A_NUMBER = re.compile(r"(?:\s+\d[\d-]*(?=\s|$))+")


@dataclass(frozen=True, slots=True)
class Term:
    """One piece of a query. `name` is lower-case, "" for free words; `typed` is how it stood."""

    name: str
    values: tuple[str, ...]
    negated: bool
    typed: str


def terms(text: str) -> Iterator[Term]:
    """The terms in order. Raises SearchError for text that is too long, holds a character that
    cannot be searched for, or does not follow the grammar."""
    if len(text) > MAX_CHARACTERS:
        raise SearchError(
            f"This search is {len(text):,} characters long; the most is {MAX_CHARACTERS}. "
            "To find many calls at once, paste their UUIDs into a new lookup."
        )
    if any(map(_is_unsearchable, text)):
        raise SearchError(
            "The search holds a character that nobody can see or search for. Type it again."
        )
    for count, chunk in enumerate(_chunks(text.translate(_TYPED)), 1):
        if count > MAX_FILTERS:
            raise SearchError(f"A search takes at most {MAX_FILTERS} words and filters. Use fewer.")
        yield _named(chunk) or _free(chunk)


def _is_unsearchable(character: str) -> bool:
    # Control characters, among them NUL, which PostgreSQL refuses, and halves of a character.
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in "\t\n\r"


def _chunks(text: str) -> Iterator[str]:
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        chunk = _CHUNK.match(text, place)
        place = chunk.end() if chunk else place
        if chunk is None or (place < len(text) and not text[place].isspace()):
            raise SearchError("A quotation mark is not closed. Put one at the end of the words.")
        rest = _REST_OF_A_NUMBER.match(text, place) if _PLUS.fullmatch(chunk[0]) else None
        place = rest.end() if rest else place
        yield chunk[0] + "".join(rest[0].split()) if rest else chunk[0]


def _named(chunk: str) -> Term | None:
    found = _NAMED.fullmatch(chunk)
    if found is None:
        return None
    minus, name, values = found.groups()
    name = name.lower()
    if not values:
        raise SearchError(f"{quoted(name + ':')} needs a value right after it, without a space.")
    if not _VALUES.fullmatch(values):
        raise SearchError(
            f"{quoted(chunk)} is not understood. Put commas without spaces between values, and "
            "quotation marks around a whole value."
        )
    texts = tuple(_unquoted(value) for value in _VALUE.findall(values))
    return Term(name, texts, bool(minus), chunk)


def _free(chunk: str) -> Term:
    found = _FREE.fullmatch(chunk)
    if found is None:
        if chunk == "-":
            raise SearchError("A minus sign needs a word or a filter right after it.")
        raise SearchError(f"{quoted(chunk)} is not understood. Put the whole of it in quotes.")
    return Term("", (_unquoted(found[2]),), bool(found[1]), chunk)


def _unquoted(text: str) -> str:
    if text.startswith('"'):
        text = text[1:-1].replace('""', '"')
    if not text.strip():
        raise SearchError("There is nothing between the quotation marks. Write a word there.")
    return text.strip()


def written(name: str, values: Iterable[str], *, negated: bool) -> str:
    """A term as text that `terms` reads as the same; `name` is "" for free words."""
    plain = _PLAIN_VALUE if name else _PLAIN_WORD
    texts = [
        value if plain.fullmatch(value) else '"' + value.replace('"', '""') + '"'
        for value in values
    ]
    return ("-" if negated else "") + (f"{name}:" if name else "") + ",".join(texts)
