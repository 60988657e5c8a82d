"""The entries of a lookup."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import models

from lookups.database.bulk import Bulk
from lookups.models.call import Call
from lookups.models.fetch import Fetch
from lookups.models.lookup import Lookup


class LookupItem(models.Model):
    """One entry of a lookup: its position, the text that was pasted, the UUID, and its outcome.

    Blank entries are counted on the lookup and have no row, because there is nothing to show.
    """

    class Kind(models.TextChoices):
        UNIQUE = "unique", "Unique"
        DUPLICATE = "duplicate", "Duplicate"
        REJECTED = "rejected", "Rejected"

    class Outcome(models.TextChoices):
        PENDING = "pending", "Pending"
        FOUND = "found", "Found"
        NOT_FOUND = "not_found", "Not found"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    # The unique key below begins with it and serves as its index.
    lookup = models.ForeignKey(
        Lookup, on_delete=models.CASCADE, related_name="items", db_index=False
    )
    position = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=Kind)
    text = models.CharField(max_length=200)
    uuid = models.CharField(max_length=36, blank=True)
    # Which look-alike characters of the text were read as a UUID's, such as typographic dashes.
    read_as = models.CharField(max_length=100, blank=True)
    first_line = models.PositiveIntegerField(null=True)
    columns = models.JSONField(default=dict)

    # Empty for duplicates and rejected entries, because Phonon is not asked for them.
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    reason = models.TextField(blank=True)
    fetch = models.ForeignKey(Fetch, null=True, on_delete=models.SET_NULL, related_name="items")
    call = models.ForeignKey(Call, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["lookup", "position"]
        constraints = [
            models.UniqueConstraint(fields=["lookup", "position"], name="one_item_per_place"),
            # A UUID is asked for once in a lookup, however often it was pasted.
            models.UniqueConstraint(
                fields=["lookup", "uuid"],
                condition=models.Q(kind="unique"),
                name="one_unique_item_per_uuid",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="unique") & ~models.Q(outcome="")
                | ~models.Q(kind="unique") & models.Q(outcome=""),
                name="unique_items_alone_have_an_outcome",
            ),
        ]
        # The sums and every tab of the lookup page read it.
        indexes = [models.Index(fields=["lookup", "kind", "outcome", "position"], name="item_sums")]

    def __str__(self) -> str:
        return self.uuid or self.text


class ItemRow(NamedTuple):
    """The columns of a LookupItem to insert, by their names in the database."""

    lookup_id: int
    position: int
    line: int
    kind: str
    text: str
    uuid: str
    read_as: str
    first_line: int | None
    columns: str
    """As JSON."""
    outcome: str
    reason: str
    fetch_id: int | None
    call_id: int | None


ITEMS = Bulk(LookupItem, ItemRow._fields)


def insert_items(rows: Iterable[ItemRow]) -> None:
    """Inserts items without an object for each, because a lookup may hold a million.

    Raises IntegrityError when a position is taken. Must run in a transaction.
    """
    ITEMS.insert(list(rows))
