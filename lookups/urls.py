"""The address of each page."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import path

from lookups.views import account, audit, calls, credentials, health, lookups, new, team

urlpatterns = [
    path("", new.new_lookup, name="new-lookup"),
    path("preview", new.live_preview, name="preview"),
    path("preview/rejected", new.preview_rejected, name="preview-rejected"),
    path("lookups/", lookups.lookup_list, name="lookups"),
    path("lookups/<int:pk>/", lookups.lookup_page, name="lookup"),
    path("lookups/<int:pk>/export", lookups.lookup_export, name="lookup-export"),
    path("lookups/<int:pk>/rejected", lookups.lookup_rejected, name="lookup-rejected"),
    path("lookups/<int:pk>/cancel", lookups.lookup_cancel, name="lookup-cancel"),
    path("lookups/<int:pk>/retry", lookups.lookup_retry, name="lookup-retry"),
    path("lookups/<int:pk>/refresh", lookups.lookup_refresh, name="lookup-refresh"),
    path("lookups/<int:pk>/watch", lookups.lookup_watch, name="lookup-watch"),
    path("lookups/<int:pk>/unwatch", lookups.lookup_unwatch, name="lookup-unwatch"),
    path("calls/", calls.call_list, name="calls"),
    path("calls/export", calls.calls_export, name="calls-export"),
    path("calls/<str:uuid>/", calls.call_page, name="call"),
    path("calls/<str:uuid>/numbers", calls.call_numbers, name="call-numbers"),
    path("calls/<str:uuid>/raw", calls.raw_masked, name="call-raw"),
    path("calls/<str:uuid>/raw/numbers", calls.raw_whole, name="call-raw-numbers"),
    path("calls/<str:uuid>/refresh", calls.call_refresh, name="call-refresh"),
    path("go/<str:uuid>", calls.go, name="go"),
    path("credentials/", credentials.credential_list, name="credentials"),
    path("credentials/new", credentials.credential_new, name="credential-new"),
    path("credentials/<int:pk>/", credentials.credential_page, name="credential"),
    path("credentials/<int:pk>/test", credentials.credential_test, name="credential-test"),
    path("credentials/<int:pk>/resume", credentials.credential_resume, name="credential-resume"),
    path("credentials/<int:pk>/retire", credentials.credential_retire, name="credential-retire"),
    path("team/", team.team_page, name="team"),
    path("team/members", team.member_add, name="member-add"),
    path("team/members/<int:pk>", team.member_change, name="member-change"),
    path("team/members/<int:pk>/link", team.member_link, name="member-link"),
    path("team/invited/<int:pk>", team.invitation_take_back, name="invitation-take-back"),
    path("team/invited/<int:pk>/link", team.invitation_link, name="invitation-link"),
    path("team/invitations/<int:pk>", team.invitation_answer, name="invitation-answer"),
    path("team/switch", team.team_switch, name="team-switch"),
    path("audit/", audit.audit_list, name="audit"),
    path("audit/portal/", audit.audit_of_no_team, name="audit-portal"),
    path("sign-in/", account.SignIn.as_view(), name="sign-in"),
    path("password/", account.ChangePassword.as_view(), name="password"),
    path("welcome/<uidb64>/<token>/", account.SetPassword.as_view(), name="set-password"),
    path("sign-out/", login_not_required(LogoutView.as_view()), name="sign-out"),
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
]
