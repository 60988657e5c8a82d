"""Teams, and the rows that belong to one."""

from typing import Self, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone


def check_zone(name: str) -> None:
    """Raises ValidationError unless `name` is a time zone of the IANA database."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValidationError("Write a time zone such as Asia/Kolkata.") from None


def default_zone() -> str:
    return settings.DEFAULT_TEAM_ZONE


class Team(models.Model):
    """Owns credentials and data; every row belongs to one."""

    slug = models.SlugField(
        unique=True,
        error_messages={"unique": "There is a team with this slug already. Choose another."},
    )
    name = models.CharField(max_length=100)
    zone = models.CharField(max_length=64, default=default_zone, validators=[check_zone])
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zoneinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


Row = TypeVar("Row", bound=models.Model)


class TeamQuerySet(models.QuerySet[Row]):
    def for_team(self, team: Team) -> Self:
        """The rows of that team alone."""
        return self.filter(team=team)


class TeamRow(models.Model):
    """A row that belongs to one team. People reach it through `access` alone."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")

    objects = TeamQuerySet.as_manager()

    class Meta:
        abstract = True
