"""People and teams for superusers. Calls, lookups and credentials are not here: they are reached
through the portal's own pages, which scope, mask and audit."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from lookups.models import Member, Team, User


class MemberInline(admin.TabularInline):
    model = Member
    extra = 0


@admin.register(User)
class PersonAdmin(UserAdmin):
    inlines = [MemberInline]


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "zone", "created_at"]
    prepopulated_fields = {"slug": ["name"]}
