"""What one person asked for at one time."""

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
        """Lookups whose open calls the portal asks for again by itself."""
        return self.filter(next_watch_at__isnull=False)

    def end_watch(self, why: str) -> int:
        """Ends the watch of the lookups that are watched; how many those are.

        Their pages show `why`, a sentence of at most 200 characters.
        """
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
    # The form brings it: a form that the same person sends twice makes one lookup.
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    source = models.CharField(max_length=200, blank=True)
    input_columns = models.JSONField(default=list)
    # Whether the person wants final calls to be asked for as well.
    refresh = models.BooleanField(default=False)

    # entries = unique + duplicates + rejected + blank
    entries = models.PositiveIntegerField()
    unique = models.PositiveIntegerField()
    duplicates = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    blank = models.PositiveIntegerField()

    # The entries up to this position have items. The worker `placer` reads the others from the
    # upload, in the way that the person chose (`choices`), while its lease lasts.
    placed = models.PositiveIntegerField(default=0)
    upload = models.OneToOneField(Upload, null=True, on_delete=models.SET_NULL)
    choices = models.JSONField(default=dict)
    placer = models.CharField(max_length=80, blank=True)
    placer_until = models.DateTimeField(default=timezone.now)

    # The time of the next round while the change watch is on, else null.
    next_watch_at = models.DateTimeField(null=True)
    watch_rounds = models.PositiveIntegerField(default=0)
    # When the watch ends at the latest; once it is over, when it ended.
    watch_until = models.DateTimeField(null=True)
    # A sentence: why the next round waits, or why the watch is over.
    watch_said = models.CharField(max_length=200, blank=True)

    created_at = models.DateTimeField(default=timezone.now)
    # When the present run began. A retry, a refresh and a round of the watch each begin a run.
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
            # The list of lookups reads it.
            models.Index(fields=["team", "-id"], name="lookup_by_team"),
            # Workers read it to find entries to place; it is nearly always empty.
            models.Index(
                fields=["placed"],
                condition=models.Q(placed__lt=models.F("entries")),
                name="lookup_to_place",
            ),
            # Workers read it to find watches that are due; few lookups are watched.
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
        """Whether the portal asks again for its open calls by itself."""
        return self.next_watch_at is not None

    @property
    def is_placed(self) -> bool:
        """Whether every entry has its item."""
        return self.placed == self.entries
