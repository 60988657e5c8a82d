from datetime import timedelta

from django.db import models


class Worker(models.Model):
    """A runner's sign of life, so that a page can say when nobody is at work."""

    SILENT_AFTER = timedelta(seconds=20)

    name = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
