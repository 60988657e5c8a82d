"""Who did or saw what. Every writer records its event in the transaction of its change."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import models
from django.dispatch import receiver

from lookups.models import AuditEvent, Team, User
from lookups.story.masking import cut

UNKNOWN_NAME = "unknown name"


class Event(models.TextChoices):
    """What can happen, as it is stored, and in the words of the audit page."""

    SIGNED_IN = "signed_in", "Signed in"
    SIGNED_OUT = "signed_out", "Signed out"
    SIGN_IN_FAILED = "sign_in_failed", "Sign-in failed"
    LINK_MADE = "link_made", "Made a link to set a password"
    PASSWORD_SET = "password_set", "Set their password by link"
    PASSWORD_CHANGED = "password_changed", "Changed their password"
    TEAM_CREATED = "team_created", "Created the team"
    MEMBER_ADDED = "member_added", "Added a member"
    MEMBER_INVITED = "member_invited", "Asked a person to join"
    INVITATION_DECLINED = "invitation_declined", "Declined to join"
    INVITATION_TAKEN_BACK = "invitation_taken_back", "Took an invitation back"
    MEMBER_CHANGED = "member_changed", "Changed a member's role"
    MEMBER_REMOVED = "member_removed", "Removed a member"
    CREDENTIAL_SAVED = "credential_saved", "Saved a credential"
    CREDENTIAL_TESTED = "credential_tested", "Tested a credential"
    CREDENTIAL_PAUSED = "credential_paused", "Credential paused"
    CREDENTIAL_RESUMED = "credential_resumed", "Resumed a credential"
    CREDENTIAL_RETIRED = "credential_retired", "Retired a credential"
    KEYS_ROTATED = "keys_rotated", "Sealed the credentials with a new key"
    LOOKUP_SUBMITTED = "lookup_submitted", "Submitted a lookup"
    LOOKUP_CANCELLED = "lookup_cancelled", "Cancelled a lookup"
    LOOKUP_RETRIED = "lookup_retried", "Retried failed calls"
    LOOKUP_REFRESHED = "lookup_refreshed", "Refreshed calls"
    LOOKUP_WATCH_STARTED = "lookup_watch_started", "Started to watch a lookup"
    LOOKUP_WATCH_STOPPED = "lookup_watch_stopped", "Stopped watching a lookup"
    NUMBERS_SHOWN = "numbers_shown", "Saw numbers"
    NUMBERS_SEARCHED = "numbers_searched", "Searched for numbers"
    EXPORTED = "exported", "Exported"
    PRUNED = "pruned", "Deleted old data"
    BACKED_UP = "backed_up", "Backed up the database"
    RESTORED = "restored", "Restored the database"
    ADMIN_ADDED = "admin_added", "Added under /admin/"
    ADMIN_CHANGED = "admin_changed", "Changed under /admin/"
    ADMIN_DELETED = "admin_deleted", "Deleted under /admin/"


def in_words(stored: str) -> str:
    """The words for an event as it is stored; the stored name where a newer portal wrote it."""
    return Event(stored).label if stored in Event else stored


def record(
    event: Event, *, by: User | None, team: Team | None = None, about: object = "", **facts: Any
) -> AuditEvent:
    """Writes one event; `by=None` means the portal itself. Never put a secret into the facts.

    Raises ValueError for an event without words, so that the audit page can always say it.
    """
    return AuditEvent.objects.create(
        event=Event(event),
        by=by.username if by else "",
        team_slug=team.slug if team else "",
        about=cut(str(about), 120),
        facts=facts,
    )


@receiver(user_logged_in)
def _signed_in(sender: Any, user: User, **_: Any) -> None:
    record(Event.SIGNED_IN, by=user, team=_first_team(user))


@receiver(user_logged_out)
def _signed_out(sender: Any, user: User | None, **_: Any) -> None:
    if user is not None:
        record(Event.SIGNED_OUT, by=user, team=_first_team(user))


@receiver(user_login_failed)
def _sign_in_failed(sender: Any, credentials: dict[str, Any], **_: Any) -> None:
    """Keeps the name of an account, and nothing else that was typed: it may be a password."""
    known = User.objects.named(str(credentials.get("username", "")))
    about = known.username if known else UNKNOWN_NAME
    record(Event.SIGN_IN_FAILED, by=None, team=_first_team(known) if known else None, about=about)


def _first_team(user: User) -> Team | None:
    membership = user.memberships.select_related("team").first()
    return membership.team if membership else None
