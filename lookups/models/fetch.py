from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from lookups.models.credential import Credential
from lookups.models.lookup import Lookup
from lookups.models.team import TeamQuerySet, TeamRow


class FetchQuerySet(TeamQuerySet["Fetch"]):
    def expired(self, now: datetime) -> Self:
        """Claimed by a worker that has not renewed its lease in time."""
        return self.filter(state=Fetch.State.CLAIMED, lease_until__lt=now)

    def open(self) -> Self:
        return self.filter(state__in=Fetch.OPEN)


class Fetch(TeamRow):
    """One request of ours to the Pull API, for the items that point at it. Rows of the ledger."""

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
    # Without an index of its own, which would count requests in flight over all of history.
    credential = models.ForeignKey(
        Credential, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    uuid_count = models.PositiveIntegerField()
    # Requests of the whole lookup when it was planned: small lookups are claimed first.
    lookup_requests = models.PositiveIntegerField()
    # Sent by the change watch, so that its daily budget can be counted.
    is_watch = models.BooleanField(default=False)
    tries = models.PositiveIntegerField(default=0)
    # Tries that ended in an error which counts; a pause or a killed worker does not.
    failures = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)

    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    # Of a claim: it was sent and Phonon has not answered. Only these count among the requests at
    # once: an answer may wait to be written, and a claim for the place of another one.
    is_in_flight = models.BooleanField(default=False)
    # The fencing token: it grows with every claim, and only the newest may settle.
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
            # Read by the claim; settled rows stay out of it.
            models.Index(
                fields=["credential", "lookup_requests", "failures", "id"],
                condition=models.Q(state="queued"),
                name="fetch_queue",
            ),
            # Read by the concurrency cap and by the sweep of expired leases.
            models.Index(
                fields=["credential", "lease_until"],
                condition=models.Q(state="claimed"),
                name="fetch_in_flight",
            ),
            models.Index(fields=["lookup", "state"], name="fetch_by_lookup"),
            # Read by the daily budget of the change watch.
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
        """A claim is in flight only while Phonon has it; after it a worker has its answer."""
        if self.state == self.State.CLAIMED and not self.is_in_flight:
            return "With a worker"
        return self.get_state_display()
