import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from lookups.models.credential import Credential
from lookups.models.team import TeamQuerySet, TeamRow


class LookupQuerySet(TeamQuerySet):
    def running(self) -> Self:
        return self.filter(status=Lookup.Status.RUNNING)


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
    # Made with the form: the same form sent twice is the same lookup.
    nonce = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(max_length=200, blank=True)
    input_columns = models.JSONField(default=list)

    # entries = unique + duplicates + rejected + blank
    entries = models.PositiveIntegerField()
    unique = models.PositiveIntegerField()
    duplicates = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    blank = models.PositiveIntegerField()

    created_at = models.DateTimeField(default=timezone.now)
    # Of the present run: retry and refresh begin another.
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = LookupQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
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
        ]
        # Read by the list of lookups.
        indexes = [models.Index(fields=["team", "-id"], name="lookup_by_team")]

    def __str__(self) -> str:
        return self.title or f"Lookup {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("lookup", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.status == self.Status.RUNNING
