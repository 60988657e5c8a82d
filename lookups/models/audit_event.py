"""The rows of the audit."""

from django.db import models
from django.utils import timezone


class AuditEvent(models.Model):
    """Who did or saw what. It has no foreign keys, because it outlives the rows that it names."""

    at = models.DateTimeField(default=timezone.now)
    team_slug = models.CharField(max_length=50, blank=True)
    by = models.CharField(max_length=150, blank=True)
    event = models.CharField(max_length=60)
    about = models.CharField(max_length=120, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [
            # The audit page of a team reads it.
            models.Index(fields=["team_slug", "-id"], name="audit_by_team"),
            # Each search for a number reads it, to count the searches of the last hour.
            models.Index(
                fields=["by", "at"],
                condition=models.Q(event="numbers_searched"),
                name="audit_numbers_searched",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.about} by {self.by}"
