"""A query: the filters it consists of, its canonical text, its chips and its sentence. Pure."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import NamedTuple

from lookups.search import values, wording
from lookups.search.filters import KINDS, kind_of, read_values
from lookups.search.grammar import Term, terms, written

TEXT = "text"  # free words
UUID = "uuid"


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition: any of the values, or none of them when negated. `name` is one of KINDS, or
    "text" for free words."""

    name: str
    values: tuple[str, ...]
    negated: bool = False

    @property
    def label(self) -> str:
        return KINDS[self.name].label if self.name in KINDS else "Text"

    @property
    def text(self) -> str:
        name = "" if self.name == TEXT else self.name
        return written(name, self.values, negated=self.negated)


class Chip(NamedTuple):
    """One filter on a page: its label, its values in words, and the query text without it."""

    label: str
    words: str
    rest: str


@dataclass(frozen=True, slots=True)
class Query:
    """Calls that meet every filter; without any, all calls."""

    filters: tuple[Filter, ...] = ()

    @property
    def text(self) -> str:
        """The canonical text; `parse` reads it as this query again."""
        return " ".join(one.text for one in self.filters)

    def sentence(self, zone: tzinfo) -> str:
        """ "Calls on DID ending 2987 or 2991, after 1 Oct 2026 (IST), that were not cancelled,
        newest first"; no full stop, so that a page can go on with the count."""
        if not self.filters:
            return "All calls, newest first"
        phrases = [
            wording.phrase(one.name, one.values, negated=one.negated, zone=zone)
            for one in self.filters
        ]
        return f"Calls {', '.join(phrases)}, newest first"

    def chips(self) -> list[Chip]:
        return [
            Chip(
                one.label,
                wording.chip_words(one.name, one.values, negated=one.negated),
                Query(self.filters[:place] + self.filters[place + 1 :]).text,
            )
            for place, one in enumerate(self.filters)
        ]


def parse(text: str) -> Query:
    """The query that the text means. Raises SearchError for whatever is not understood.

    Several UUIDs pasted one after the other mean any of them: no call has two.
    """
    filters: list[Filter] = []
    uuids = [values.uuid(term.values[0]) for term in terms(text) if _is_pasted_uuid(term)]
    for term in terms(text):
        if not _is_pasted_uuid(term):
            filters.append(_filter(term))
        elif uuids:
            filters.append(Filter(UUID, tuple(dict.fromkeys(uuids))))
            uuids = []
    return Query(tuple(filters))


def _is_pasted_uuid(term: Term) -> bool:
    return not term.name and not term.negated and values.is_uuid(term.values[0])


def _filter(term: Term) -> Filter:
    if term.name:
        kind = kind_of(term.name, typed=term.typed)
        return Filter(kind.name, read_values(kind, term.values), term.negated)
    (word,) = term.values
    if values.is_uuid(word):
        return Filter(UUID, (values.uuid(word),), term.negated)
    if values.has_plus(word):
        values.number(word)  # refuses a part of a number
    return Filter(TEXT, (word,), term.negated)
