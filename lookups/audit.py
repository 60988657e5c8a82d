"""Who did or saw what. Every writer records its event in the transaction of its change."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from lookups.models import AuditEvent, Team, User

SAID = {
    "signed_in": "Signed in",
    "signed_out": "Signed out",
    "sign_in_failed": "Sign-in failed",
    "password_changed": "Changed their password",
    "team_created": "Created the team",
    "member_added": "Added a member",
    "member_changed": "Changed a member's role",
    "member_removed": "Removed a member",
    "credential_saved": "Saved a credential",
    "credential_tested": "Tested a credential",
    "credential_paused": "Credential paused",
    "credential_resumed": "Resumed a credential",
    "credential_retired": "Retired a credential",
    "keys_rotated": "Sealed the credentials with a new key",
    "lookup_submitted": "Submitted a lookup",
    "lookup_cancelled": "Cancelled a lookup",
    "lookup_retried": "Retried failed calls",
    "lookup_refreshed": "Refreshed calls",
    "lookup_watch_started": "Started to watch a lookup",
    "lookup_watch_stopped": "Stopped watching a lookup",
    "numbers_shown": "Saw the numbers of a call",
    "exported": "Exported",
    "pruned": "Deleted old data",
    "backed_up": "Backed up the database",
    "restored": "Restored the database",
}


def record(
    event: str, *, by: User | None, team: Team | None = None, about: object = "", **facts: Any
) -> AuditEvent:
    """Writes one event; `by=None` means the portal itself. Never put a secret into the facts.

    Raises KeyError for an event without words, so that the audit page can always say it.
    """
    SAID[event]
    return AuditEvent.objects.create(
        event=event,
        by=by.username if by else "",
        team_slug=team.slug if team else "",
        about=str(about)[:120],
        facts=facts,
    )


@receiver(user_logged_in)
def _signed_in(sender: Any, user: User, **_: Any) -> None:
    record("signed_in", by=user, team=_first_team(user))


@receiver(user_logged_out)
def _signed_out(sender: Any, user: User | None, **_: Any) -> None:
    if user is not None:
        record("signed_out", by=user, team=_first_team(user))


@receiver(user_login_failed)
def _sign_in_failed(sender: Any, credentials: dict[str, Any], **_: Any) -> None:
    name = str(credentials.get("username", ""))[:120]
    known = User.objects.filter(username=name).first()
    record("sign_in_failed", by=None, team=_first_team(known) if known else None, about=name)


def _first_team(user: User) -> Team | None:
    membership = user.memberships.select_related("team").first()
    return membership.team if membership else None
