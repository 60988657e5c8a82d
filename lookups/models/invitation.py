"""Whom a team has asked to join."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from lookups.models.member import Member
from lookups.models.team import TeamRow


class Invitation(TeamRow):
    """A place in a team that a person may accept. Until they do, it gives no access."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations"
    )
    role = models.CharField(max_length=10, choices=Member.Role, default=Member.Role.AGENT)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    invited_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["user__username"]
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="one_invitation_per_team"),
            models.CheckConstraint(
                condition=models.Q(role__in=["agent", "manager"]), name="invited_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} invited to {self.team}"
