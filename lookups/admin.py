"""Accounts and teams for superusers, and nothing else. Members are kept on the team's own page;
calls, lookups and credentials are reached through the pages, which scope, mask and audit."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse

from lookups.models import Team, User

admin.site.unregister(Group)


class AskedOnceMore:
    """Of two who give one name at once the second is shown the form again, which says so."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]
        except IntegrityError:
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]


@admin.register(User)
class PersonAdmin(AskedOnceMore, UserAdmin):
    pass


@admin.register(Group)
class NamedGroupAdmin(AskedOnceMore, GroupAdmin):
    pass


@admin.register(Team)
class TeamAdmin(AskedOnceMore, admin.ModelAdmin):
    list_display = ["name", "slug", "zone", "created_at"]

    def get_readonly_fields(self, request: HttpRequest, team: Team | None = None) -> list[str]:
        # Audit events name their team by its slug, so it stays what it was.
        return ["slug", "created_at"] if team else []
