from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    # One door for one's own password: the portal's, where guesses are counted and changes audited.
    path("admin/password_change/", RedirectView.as_view(pattern_name="password")),
    path("admin/", admin.site.urls),
    path("", include("lookups.urls")),
]
handler400 = "lookups.views.errors.bad_request"
handler403 = "lookups.views.errors.forbidden"
handler404 = "lookups.views.errors.not_found"
handler500 = "lookups.views.errors.server_error"
