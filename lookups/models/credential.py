"""A team's access to Phonon."""

from datetime import datetime
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from lookups.models.team import TeamQuerySet, TeamRow


class CredentialQuerySet(TeamQuerySet["Credential"]):
    def usable(self) -> Self:
        """The credentials that a new lookup may choose. Requests of a paused one wait."""
        return self.exclude(state=Credential.State.RETIRED)


class Credential(TeamRow):
    """A team's access to one Phonon flow. Its two ids are sealed; only `credentials` opens them."""

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        RETIRED = "retired", "Retired"

    class Version(models.IntegerChoices):
        ONE = 1, "Version 1"
        TWO = 2, "Version 2"

    label = models.CharField(max_length=80)
    endpoint_url = models.CharField("endpoint URL", max_length=500)
    api_version = models.PositiveSmallIntegerField("API version", choices=Version, default=2)
    security_id_sealed = models.TextField(blank=True, editable=False)
    flow_id_sealed = models.TextField(blank=True, editable=False)
    # The last two characters of the flow ID, so that a manager can tell one flow from another.
    flow_id_hint = models.CharField(max_length=2, blank=True, editable=False)
    ids_set_at = models.DateTimeField(null=True, blank=True, editable=False)

    max_uuids = models.PositiveIntegerField(
        "UUIDs a request", default=200, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    max_concurrent = models.PositiveIntegerField(
        "requests at once", default=4, validators=[MinValueValidator(1), MaxValueValidator(64)]
    )
    requests_per_minute = models.PositiveIntegerField(
        default=0, validators=[MaxValueValidator(100_000)]
    )

    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    paused_reason = models.TextField(blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    # When a person last saved or resumed it. Answers to requests from before then do not count.
    mended_at = models.DateTimeField(default=timezone.now)
    # Grows with every save: the second of two people who change it at once is told.
    version = models.PositiveIntegerField(default=1)
    # How many UUIDs Phonon took at once after it had refused a longer list (code 303).
    learned_max_uuids = models.PositiveIntegerField(null=True, blank=True)
    # The rate limit: the time from which the next request may be claimed.
    next_slot_at = models.DateTimeField(default=timezone.now)
    # The breaker: failures in a row, the last answers ("0" good, "1" failed), and the time before
    # which no request is claimed.
    failures_in_a_row = models.PositiveIntegerField(default=0)
    last_answers = models.CharField(max_length=20, blank=True)
    open_until = models.DateTimeField(default=timezone.now)
    # The retry budget: answers earn it, retries spend it.
    retry_tokens = models.FloatField(default=10)
    average_milliseconds = models.FloatField(null=True, blank=True)

    last_test_at = models.DateTimeField(null=True, blank=True)
    last_test_ok = models.BooleanField(null=True, blank=True)
    last_test_said = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    BREAKER_FAILURES = 5

    objects: ClassVar = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "label"],
                name="one_credential_per_label",
                violation_error_message=(
                    "Your team has a credential with this label. Choose another."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(max_uuids__gte=1, max_concurrent__gte=1),
                name="credential_limits_allow_something",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def batch_size(self) -> int:
        """How many UUIDs go into one request."""
        return min(self.max_uuids, self.learned_max_uuids or self.max_uuids)

    def is_resting(self, now: datetime) -> bool:
        """Whether no request is claimed: the breaker is open, or Phonon asked to slow down."""
        return self.open_until > now

    @property
    def is_broken(self) -> bool:
        """Whether so many requests failed in a row that the next one is a probe."""
        return self.failures_in_a_row >= self.BREAKER_FAILURES
