"""Which lookups the list shows: one's own, and those that hold some words."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from lookups.access import Desk
from lookups.models import Lookup
from lookups.story import mask_text
from lookups.story.words import one_line
from lookups.views.page import PageRequest

LONGEST = 100
MOST_WORDS = 8


@dataclass(frozen=True)
class LookupFilter:
    """What the address asks for: `?mine=1`, and `?q=` some words that must all be there."""

    is_mine: bool
    text: str

    @property
    def is_on(self) -> bool:
        return self.is_mine or bool(self.text)

    @property
    def words(self) -> list[str]:
        return self.text.lower().split()[:MOST_WORDS]

    def of(self, rows: QuerySet[Lookup], desk: Desk) -> QuerySet[Lookup]:
        """Those that may fit; `fits` then tells of each whether it does."""
        if self.is_mine:
            rows = rows.filter(asked_by=desk.user)
        for word in self.words:
            rows = rows.filter(
                Q(title__icontains=word)
                | Q(source__icontains=word)
                | Q(credential__label__icontains=word)
                | Q(asked_by__first_name__icontains=word)
                | Q(asked_by__last_name__icontains=word)
                | Q(asked_by__username__icontains=word)
            )
        return rows

    def fits(self, lookup: Lookup) -> bool:
        """Whether every word stands in what the pages show of the lookup.

        Telephone numbers in titles are masked there: nobody finds out their hidden digits by
        searching for one after the other.
        """
        person = lookup.asked_by
        shown = [mask_text(lookup.title), mask_text(lookup.source), lookup.credential.label]
        shown += [person.display_name, person.username]
        return all(any(word in text.lower() for text in shown) for word in self.words)


def filter_of(request: PageRequest) -> LookupFilter:
    """The filter that the address names; whatever is odd in it counts as not given."""
    text = one_line(request.GET.get("q", ""))[:LONGEST]
    return LookupFilter(is_mine="mine" in request.GET, text=text)
