"""Accounts and teams for superusers, and nothing else. Members are kept on the team's own page;
calls, lookups and credentials are reached through the pages, which scope, mask and audit."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lookups import audit
from lookups.models import Team, User
from lookups.people.sign_in import AdminSignInForm


def _own_password(request: HttpRequest, **_: Any) -> HttpResponse:
    """One door for one's own password: the portal's, which counts guesses and audits the change."""
    return redirect("password")


admin.site.login_form = AdminSignInForm
# Django's stubs want its own page there; the door takes any answer, such as a redirect.
admin.site.password_change = _own_password  # type: ignore[method-assign,assignment]
# Rights come from memberships, so nobody needs a group.
admin.site.unregister(Group)


class Audited(admin.ModelAdmin):
    """Whatever Django's admin writes into its own history is an audit event as well. Of two people
    who give one name at once the second is shown the form again, which says so."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            return super().changeform_view(request, *args, **kwargs)

    def log_addition(self, request: HttpRequest, row: User | Team, message: Any) -> Any:
        _record(audit.Event.ADMIN_ADDED, request, row)
        return super().log_addition(request, row, message)

    def log_change(self, request: HttpRequest, row: User | Team, message: Any) -> Any:
        _record(audit.Event.ADMIN_CHANGED, request, row, changed=_fields(message))
        return super().log_change(request, row, message)

    def log_deletions(self, request: HttpRequest, rows: QuerySet[Any]) -> Any:
        for row in rows:
            _record(audit.Event.ADMIN_DELETED, request, row)
        return super().log_deletions(request, rows)

    @transaction.atomic
    def response_action(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """One transaction for an action on many rows, as Django has for each single row."""
        return super().response_action(request, *args, **kwargs)


def _record(event: audit.Event, request: HttpRequest, row: User | Team, **facts: Any) -> None:
    by = request.user if request.user.is_authenticated else None
    if isinstance(row, Team):
        audit.record(event, by=by, team=row, about=f"team {row.slug}", **facts)
    else:
        audit.record(event, by=by, about=f"account {row.username}", **facts, **_rights(row))


def _rights(user: User) -> dict[str, Any]:
    """What the account may do from now on. Names and passwords are left out."""
    codes = user.user_permissions.values_list("codename", flat=True)
    return {
        "active": user.is_active,
        "staff": user.is_staff,
        "superuser": user.is_superuser,
        "permissions": ", ".join(sorted(codes)),
    }


def _fields(message: Any) -> str:
    """The names of the fields that Django's change message tells of."""
    named = [one["changed"].get("fields", []) for one in message if "changed" in one]
    return ", ".join(str(name) for names in named for name in names) or "nothing"


@admin.register(User)
class AccountAdmin(Audited, UserAdmin):
    @transaction.atomic
    def user_change_password(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().user_change_password(request, *args, **kwargs)


@admin.register(Team)
class TeamAdmin(Audited):
    list_display = ["name", "slug", "zone", "created_at"]

    def get_readonly_fields(self, request: HttpRequest, team: Team | None = None) -> list[str]:
        # Audit events name their team by its slug, so it stays what it was.
        return ["slug", "created_at"] if team else []
