"""The addresses of the app and of /admin/."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("lookups.urls")),
]
handler400 = "lookups.views.errors.bad_request"
handler403 = "lookups.views.errors.forbidden"
handler404 = "lookups.views.errors.not_found"
handler500 = "lookups.views.errors.server_error"
