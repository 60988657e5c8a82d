from django.db import models
from django.utils import timezone


class AuditEvent(models.Model):
    """Who did or saw what. No foreign keys: the event outlives what it tells of."""

    at = models.DateTimeField(default=timezone.now)
    team_slug = models.CharField(max_length=50, blank=True)
    by = models.CharField(max_length=150, blank=True)
    event = models.CharField(max_length=60)
    about = models.CharField(max_length=120, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [
            # Read by the audit page of a team.
            models.Index(fields=["team_slug", "-id"], name="audit_by_team"),
            # Read by each search for a number, to count those of the last hour.
            models.Index(
                fields=["by", "at"],
                condition=models.Q(event="numbers_searched"),
                name="audit_numbers_searched",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.about} by {self.by}"
