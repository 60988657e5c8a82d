"""Whatever a person does leaves an event, under /admin/ as well, and every event can be read."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from lookups import audit
from lookups.models import AuditEvent, Team, User

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "another-long-one"


@pytest.fixture
def boss(db) -> User:
    return User.objects.create_superuser("boss", password="cast-password")


@pytest.fixture
def admin(signed_in, boss):
    return signed_in(boss)


def of_admin() -> list[tuple[str, str]]:
    told = AuditEvent.objects.filter(event__startswith="admin_", by="boss").order_by("pk")
    return list(told.values_list("event", "about"))


def form_of(user: User, **changes: object) -> dict[str, object]:
    """What the admin's page of an account sends."""
    sent = {"username": user.username, "is_active": "on", "date_joined_0": "2026-01-01"}
    return sent | {"date_joined_1": "00:00:00"} | changes


def test_every_event_has_words_and_an_unknown_one_cannot_be_written():
    assert all(event.label for event in audit.Event)
    with pytest.raises(ValueError, match="invented"):
        audit.record("invented", by=None)


def test_an_event_of_a_newer_portal_is_shown_by_its_name(signed_in, manager, team):
    AuditEvent.objects.create(event="of_tomorrow", team_slug=team.slug)
    assert "of_tomorrow" in signed_in(manager).get(reverse("audit")).content.decode()


def test_an_account_added_and_deleted_under_admin_is_audited(admin):
    sent = {"username": "nina", "usable_password": "true"}
    sent |= {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert admin.post(reverse("admin:lookups_user_add"), sent).status_code == 302
    nina = User.objects.get(username="nina")
    admin.post(reverse("admin:lookups_user_delete", args=[nina.pk]), {"post": "yes"})
    assert of_admin() == [("admin_added", "account nina"), ("admin_deleted", "account nina")]


def test_accounts_deleted_together_are_audited_one_by_one(admin):
    keys = [User.objects.create_user(name).pk for name in ("nina", "omar")]
    sent = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    admin.post(reverse("admin:lookups_user_changelist"), sent)
    assert not User.objects.filter(pk__in=keys).exists()
    assert sorted(of_admin()) == [
        ("admin_deleted", "account nina"), ("admin_deleted", "account omar")
    ]  # fmt: skip


def test_rights_given_under_admin_are_in_the_event(admin, agent):
    may = Permission.objects.get(codename="change_team")
    sent = form_of(agent, is_superuser="on", user_permissions=[may.pk])
    assert (
        admin.post(reverse("admin:lookups_user_change", args=[agent.pk]), sent).status_code == 302
    )
    facts = AuditEvent.objects.get(event="admin_changed").facts
    assert facts["superuser"] is True
    assert facts["permissions"] == "change_team"
    assert "Superuser status" in facts["changed"]
    assert "User permissions" in facts["changed"]


def test_a_password_set_under_admin_is_audited_and_not_told(admin, agent):
    sent = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    url = reverse("admin:auth_user_password_change", args=[agent.pk])
    assert admin.post(url, sent).status_code == 302
    event = AuditEvent.objects.get(event="admin_changed")
    assert event.about == "account asha"
    assert "assword" in event.facts["changed"]
    agent.refresh_from_db()
    assert NEW_PASSWORD not in str(event.facts)
    assert agent.password not in str(event.facts)


def test_a_team_under_admin_is_audited_where_its_managers_read(admin, team, signed_in, manager):
    sent = {"name": "Delays at night", "zone": "Asia/Kolkata"}
    admin.post(reverse("admin:lookups_team_change", args=[team.pk]), sent)
    assert of_admin() == [("admin_changed", "team delays")]
    assert "Changed under /admin/" in signed_in(manager).get(reverse("audit")).content.decode()


def test_a_superuser_reads_what_belongs_to_no_team(admin, manager, team):
    gone = Team.objects.create(slug="gone", name="Gone")
    audit.record(audit.Event.TEAM_CREATED, by=None, team=gone, about="gone")
    audit.record(audit.Event.BACKED_UP, by=None, bytes=1)
    audit.record(audit.Event.EXPORTED, by=manager, team=team, about="ours alone")
    gone.delete()
    page = admin.get(reverse("audit-portal")).content.decode()
    assert "Backed up the database" in page
    assert "Created the team" in page
    assert "Signed in" in page
    assert "ours alone" not in page
    assert reverse("audit-portal") in admin.get(reverse("audit")).content.decode()


def test_a_superuser_without_any_team_reads_it_too(admin):
    assert not Team.objects.exists()
    assert admin.get(reverse("audit-portal")).status_code == 200


def test_a_manager_is_not_shown_the_way_there(signed_in, manager):
    assert reverse("audit-portal") not in signed_in(manager).get(reverse("audit")).content.decode()
