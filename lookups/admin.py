"""Accounts and teams for superusers, and nothing else. Members are kept on the team's own page;
calls, lookups and credentials are reached through the pages, which scope, mask and audit."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from lookups.models import Team, User

admin.site.register(User, UserAdmin)


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "zone", "created_at"]

    def get_readonly_fields(self, request: HttpRequest, team: Team | None = None) -> list[str]:
        # Audit events name their team by its slug, so it stays what it was.
        return ["slug", "created_at"] if team else []
