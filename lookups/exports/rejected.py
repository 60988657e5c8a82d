"""Entries that were left out, to be mended and handed in again."""

from collections.abc import Iterable, Iterator, Sequence

from lookups.exports.rows import Row
from lookups.intake import Entry
from lookups.models import LookupItem

REJECTED_COLUMNS = ("line", "reason", "as_it_came")


def rejected_rows(entries: Iterable[Entry | LookupItem], columns: Sequence[str]) -> Iterator[Row]:
    """Line, reason and text of each entry, then the named columns that came with it.

    Nothing but the text looks like a UUID, so the file, mended, can be handed in as it is.
    """
    for entry in entries:
        carried = (entry.columns.get(name) for name in columns)
        yield (str(entry.line), entry.reason, entry.text, *carried)
