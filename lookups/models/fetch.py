"""The ledger: our requests to the Pull API."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from lookups.models.credential import Credential
from lookups.models.lookup import Lookup
from lookups.models.team import TeamQuerySet, TeamRow


class FetchQuerySet(TeamQuerySet["Fetch"]):
    def expired(self, now: datetime) -> Self:
        """Claims whose worker has not renewed the lease in time."""
        return self.filter(state=Fetch.State.CLAIMED, lease_until__lt=now)

    def open(self) -> Self:
        """Requests that are not settled."""
        return self.filter(state__in=Fetch.OPEN)


class Fetch(TeamRow):
    """One request of ours to the Pull API, for the items that refer to it."""

    class State(models.TextChoices):
        PLANNED = "planned", "Being filled"
        QUEUED = "queued", "Waiting"
        CLAIMED = "claimed", "In flight"
        DONE = "done", "Replied"
        SPLIT = "split", "Split in two"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    # What may follow what, and why. The ledger makes every change; `ledger.diagram` draws it.
    TRANSITIONS = {
        State.PLANNED: {State.QUEUED: "full", State.CANCELLED: "cancel"},
        State.QUEUED: {State.CLAIMED: "claim", State.CANCELLED: "cancel"},
        State.CLAIMED: {
            State.QUEUED: "try again, pause, give back, lease expired",
            State.DONE: "reply",
            State.SPLIT: "halves",
            State.FAILED: "gave up",
            State.CANCELLED: "cancel, nothing left to ask",
        },
        State.DONE: {},
        State.SPLIT: {},
        State.FAILED: {},
        State.CANCELLED: {},
    }

    OPEN = (State.PLANNED, State.QUEUED, State.CLAIMED)

    lookup = models.ForeignKey(Lookup, on_delete=models.CASCADE, related_name="fetches")
    # It has no index of its own: through one, a count of requests in flight reads all of history.
    credential = models.ForeignKey(
        Credential, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    uuid_count = models.PositiveIntegerField()
    # How many requests its lookup had when it was planned: small lookups are claimed first.
    lookup_requests = models.PositiveIntegerField()
    # Whether the change watch planned it: the daily budget of the watch counts these.
    is_watch = models.BooleanField(default=False)
    tries = models.PositiveIntegerField(default=0)
    # Tries that failed. A pause or a killed worker is no failure.
    failures = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)

    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    # Whether a claim was sent and Phonon has not answered. Only these are the requests at once of
    # a credential: other claims wait to be sent, or their answer waits to be written.
    is_in_flight = models.BooleanField(default=False)
    # The fencing token: it grows with every claim, and only the newest token settles.
    token = models.PositiveBigIntegerField(default=0)

    http_status = models.PositiveIntegerField(null=True)
    code = models.IntegerField(null=True)
    message = models.TextField(blank=True)
    said = models.TextField(blank=True)
    milliseconds = models.PositiveIntegerField(null=True)
    bytes = models.PositiveBigIntegerField(null=True)
    unasked = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = FetchQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="claimed", lease_until__isnull=False)
                | ~models.Q(state="claimed") & models.Q(lease_until=None),
                name="only_a_claim_has_a_lease",
            )
        ]
        indexes = [
            # The claim reads it; settled rows stay out of it.
            models.Index(
                fields=["credential", "lookup_requests", "failures", "id"],
                condition=models.Q(state="queued"),
                name="fetch_queue",
            ),
            # The concurrency cap and the sweep of expired leases read it.
            models.Index(
                fields=["credential", "lease_until"],
                condition=models.Q(state="claimed"),
                name="fetch_in_flight",
            ),
            models.Index(fields=["lookup", "state"], name="fetch_by_lookup"),
            # The daily budget of the change watch reads it.
            models.Index(
                fields=["team", "claimed_at"],
                condition=models.Q(is_watch=True),
                name="fetch_of_watch",
            ),
        ]

    def __str__(self) -> str:
        return f"Request {self.pk}"

    @property
    def state_in_words(self) -> str:
        """The label of the state. A claim that Phonon does not have is "With a worker"."""
        if self.state == self.State.CLAIMED and not self.is_in_flight:
            return "With a worker"
        return self.get_state_display()
