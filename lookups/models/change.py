from django.db import models

from lookups.models.call import Call
from lookups.models.fetch import Fetch
from lookups.models.team import Team, TeamRow


class Change(TeamRow):
    """What a newer reply said otherwise of a call, or of one attempt of it."""

    # Of the two keys neither has an index of its own: those below begin with them.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="changes", db_index=False)
    # The attempt's key; empty for the call itself.
    attempt_key = models.CharField(max_length=250, blank=True)
    # {field: [before, after]} in texts that are the same in every zone and language: "" for
    # nothing, times in ISO 8601 and UTC. An attempt that is new had no outcome before.
    cells = models.JSONField()
    # When the reply was asked for.
    seen_at = models.DateTimeField()
    fetch = models.ForeignKey(Fetch, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-seen_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(cells={}), name="a_change_names_what_changed"
            )
        ]
        indexes = [
            # Read by the page of a call and by the rows of a lookup.
            models.Index(fields=["call", "-seen_at"], name="change_by_call"),
            # Read by the count of a lookup's changed calls.
            models.Index(fields=["team", "seen_at", "call"], name="change_by_time"),
        ]

    def __str__(self) -> str:
        return f"Change of {self.call_id} at {self.seen_at:%Y-%m-%d %H:%M:%S}"

    @property
    def is_new_attempt(self) -> bool:
        return bool(self.attempt_key) and self.cells.get("outcome", ["?"])[0] == ""
