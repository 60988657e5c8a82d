"""A person's own account."""

from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse_lazy

from lookups import audit


class ChangePassword(PasswordChangeView):
    """Ends the person's other sessions, as Django does when a password changes."""

    template_name = "registration/password.html"
    success_url = reverse_lazy("new-lookup")

    @transaction.atomic
    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        desk = self.request.desk
        audit.record(
            audit.Event.PASSWORD_CHANGED, by=self.request.user, team=desk.team if desk else None
        )
        messages.success(self.request, "Your password is changed.")
        return super().form_valid(form)
