"""Search over a team's calls: query text → filters → queryset → the sentence that says them.

Reading the text is pure (`parse`); the database is met in `apply` and `page` alone. What is not
understood is refused with a sentence, so that no filter is ever dropped without a word.
"""

from lookups.search.errors import SearchError
from lookups.search.filters import ADD
from lookups.search.grammar import MAX_CHARACTERS, MAX_FILTERS
from lookups.search.matching import apply
from lookups.search.numbers import fingerprint, fingerprints, noted
from lookups.search.paging import COUNT_CAP, Page, capped_count, count_words, page
from lookups.search.query import Chip, Filter, Query, parse

__all__ = [
    "ADD",
    "COUNT_CAP",
    "MAX_CHARACTERS",
    "MAX_FILTERS",
    "Chip",
    "Filter",
    "Page",
    "Query",
    "SearchError",
    "apply",
    "capped_count",
    "count_words",
    "fingerprint",
    "fingerprints",
    "noted",
    "page",
    "parse",
]
