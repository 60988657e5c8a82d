"""The door, and a person's own account."""

from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse_lazy

from lookups import audit
from lookups.sign_in import OwnPasswordForm, SignInForm


class SignIn(LoginView):
    template_name = "registration/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The form with what is wrong; 429 with the seconds to wait when it was not even tried."""
        response = super().form_invalid(form)
        for error in form.non_field_errors().as_data():
            if error.code == "pause":
                response.status_code = 429
                response.headers["Retry-After"] = str(error.params["seconds"])
        return response


class ChangePassword(PasswordChangeView):
    """Ends the person's other sessions, as Django does when a password changes."""

    template_name = "registration/password.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("new-lookup")

    @transaction.atomic
    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        desk = self.request.desk
        audit.record(
            audit.Event.PASSWORD_CHANGED, by=self.request.user, team=desk.team if desk else None
        )
        messages.success(self.request, "Your password is changed.")
        return super().form_valid(form)
