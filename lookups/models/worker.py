"""The workers that are at work."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> Self:
        """The workers that have shown a sign of life within SILENT_AFTER."""
        return self.filter(seen_at__gte=timezone.now() - Worker.SILENT_AFTER)


class Worker(models.Model):
    """A worker's sign of life. Pages say when no worker is alive."""

    SILENT_AFTER = timedelta(seconds=20)

    name = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    objects = WorkerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
