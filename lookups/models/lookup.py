import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from lookups.models.credential import Credential
from lookups.models.team import TeamQuerySet, TeamRow
from lookups.models.upload import Upload


class LookupQuerySet(TeamQuerySet["Lookup"]):
    def running(self) -> Self:
        return self.filter(status=Lookup.Status.RUNNING)

    def unplaced(self) -> Self:
        """Lookups with entries that are not items yet."""
        return self.filter(placed__lt=models.F("entries"))

    def watched(self) -> Self:
        """Lookups whose open calls are asked for again by the portal itself."""
        return self.filter(next_watch_at__isnull=False)

    def end_watch(self, why: str) -> int:
        """Ends the watch of those that are watched; how many. `why` is a sentence."""
        return self.watched().update(next_watch_at=None, watch_until=timezone.now(), watch_said=why)


class Lookup(TeamRow):
    """What one person asked for at one time."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"

    class FetchAttempt(models.TextChoices):
        ALL = "ALL", "All attempts"
        LAST = "LAST", "Last attempt only"

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120, blank=True)
    fetch_attempt = models.CharField(max_length=4, choices=FetchAttempt, default=FetchAttempt.ALL)
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    # Made with the form: the same form sent twice by the same person is the same lookup.
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    source = models.CharField(max_length=200, blank=True)
    input_columns = models.JSONField(default=list)
    # Whether calls that are final were to be asked for again.
    refresh = models.BooleanField(default=False)

    # entries = unique + duplicates + rejected + blank
    entries = models.PositiveIntegerField()
    unique = models.PositiveIntegerField()
    duplicates = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    blank = models.PositiveIntegerField()

    # The entries up to this position are items. The rest is still to be read from the upload, as
    # the person chose to have it read, by the worker that holds this lease.
    placed = models.PositiveIntegerField(default=0)
    upload = models.OneToOneField(Upload, null=True, on_delete=models.SET_NULL)
    choices = models.JSONField(default=dict)
    placer = models.CharField(max_length=80, blank=True)
    placer_until = models.DateTimeField(default=timezone.now)

    # The change watch: while it is on, the next round's time stands here.
    next_watch_at = models.DateTimeField(null=True)
    watch_rounds = models.PositiveIntegerField(default=0)
    # When it ends at the latest; of a watch that is over, when it ended.
    watch_until = models.DateTimeField(null=True)
    # Why the next round waits, or why the watch is over, in a sentence.
    watch_said = models.CharField(max_length=200, blank=True)

    created_at = models.DateTimeField(default=timezone.now)
    # Of the present run: retry, refresh and a round of the watch begin another.
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = LookupQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["asked_by", "team", "nonce"], name="one_lookup_per_form"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    entries=models.F("unique")
                    + models.F("duplicates")
                    + models.F("rejected")
                    + models.F("blank")
                ),
                name="every_entry_is_accounted_for",
            ),
            models.CheckConstraint(
                condition=models.Q(status="running", ended_at=None)
                | ~models.Q(status="running") & models.Q(ended_at__isnull=False),
                name="a_lookup_that_runs_has_not_ended",
            ),
            models.CheckConstraint(
                condition=models.Q(placed__lte=models.F("entries")),
                name="no_more_is_placed_than_was_read",
            ),
            models.CheckConstraint(
                condition=models.Q(next_watch_at=None) | models.Q(watch_until__isnull=False),
                name="a_watch_has_its_end",
            ),
        ]
        indexes = [
            # Read by the list of lookups.
            models.Index(fields=["team", "-id"], name="lookup_by_team"),
            # Read by workers that look for entries to place; nearly always empty.
            models.Index(
                fields=["placed"],
                condition=models.Q(placed__lt=models.F("entries")),
                name="lookup_to_place",
            ),
            # Read by workers that look for watches that are due; few lookups are watched.
            models.Index(
                fields=["next_watch_at"],
                condition=models.Q(next_watch_at__isnull=False),
                name="lookup_to_watch",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"Lookup {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("lookup", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.status == self.Status.RUNNING

    @property
    def watches(self) -> bool:
        """Whether its open calls are asked for again by the portal itself."""
        return self.next_watch_at is not None

    @property
    def is_placed(self) -> bool:
        """Whether every entry has its item."""
        return self.placed == self.entries
