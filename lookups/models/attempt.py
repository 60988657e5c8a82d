"""The attempts of a call."""

from django.db import models

from lookups.models.call import Call
from lookups.story import Outcome


class Attempt(models.Model):
    """One dialling attempt of a call, as Phonon tells it. It belongs to the team of the call.

    `lookups.fields` says where the value of each column comes from and where else it goes.
    """

    # The unique key below begins with it and serves as its index.
    call = models.ForeignKey(
        Call, on_delete=models.CASCADE, related_name="attempts", db_index=False
    )
    # What identifies the attempt in a later reply; lookups.pull says how it is made.
    key = models.CharField(max_length=250)
    # An ordinal from 1. What Phonon sent as the attempt number stays in sent_number and raw.
    number = models.PositiveIntegerField()
    sent_number = models.CharField(max_length=60, blank=True)
    attempt_id = models.CharField("Attempt ID", max_length=200, blank=True)
    outcome = models.CharField(
        max_length=20, choices=[(outcome.value, outcome.label) for outcome in Outcome]
    )
    started_at = models.DateTimeField(null=True)
    ringing_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ring_seconds = models.FloatField(null=True)
    talk_seconds = models.FloatField(null=True)
    customer_number = models.CharField("Customer Number", max_length=60, blank=True)
    did_number = models.CharField("DID Number", max_length=60, blank=True)
    agent_number = models.CharField("Agent Number", max_length=60, blank=True)
    agent_name = models.CharField("Agent Name", max_length=200, blank=True)
    queue_name = models.CharField("Queue Name", max_length=200, blank=True)
    cause_code = models.CharField(max_length=60, blank=True)
    ended_by = models.CharField("Hangup By", max_length=60, blank=True)
    dtmf = models.CharField("DTMF Pressed", max_length=200, blank=True)
    direction = models.CharField(max_length=20, blank=True)
    recording_urls = models.JSONField(default=list)
    sms_status = models.CharField(max_length=100, blank=True)
    email_status = models.CharField(max_length=100, blank=True)
    unknown = models.JSONField(default=dict)
    raw = models.TextField(blank=True)
    fetched_at = models.DateTimeField()

    class Meta:
        ordering = ["call", "number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "key"], name="one_attempt_per_key"),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number} of {self.call_id}"
