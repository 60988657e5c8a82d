"""What changed in calls that were stored before."""

from django.db import models

from lookups.models.call import Call
from lookups.models.fetch import Fetch
from lookups.models.team import Team, TeamRow


class Change(TeamRow):
    """What a newer reply said otherwise of a call, or of one of its attempts."""

    # Neither of the two keys has an index of its own, because the indexes below begin with them.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="changes", db_index=False)
    # The attempt's key; empty for the call itself.
    attempt_key = models.CharField(max_length=250, blank=True)
    # {field: [before, after]}, both as texts that no zone or language alters: "" for no value,
    # times as ISO 8601 in UTC. Before a new attempt its outcome is "".
    cells = models.JSONField()
    # When the request was sent that brought the reply.
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
            # The page of a call and the rows of a lookup read it.
            models.Index(fields=["call", "-seen_at"], name="change_by_call"),
            # The count of a lookup's changed calls reads it.
            models.Index(fields=["team", "seen_at", "call"], name="change_by_time"),
        ]

    def __str__(self) -> str:
        return f"Change of {self.call_id} at {self.seen_at:%Y-%m-%d %H:%M:%S}"

    @property
    def is_new_attempt(self) -> bool:
        return bool(self.attempt_key) and self.cells.get("outcome", ["?"])[0] == ""
