"""Signing in, and a person's own password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.contrib.auth.views import LoginView, PasswordChangeView, PasswordResetConfirmView
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy

from lookups import audit
from lookups.models import User
from lookups.people import browsers, password_links, sessions
from lookups.people.sign_in import OwnPasswordForm, SignInForm
from lookups.views.page import PageRequest
from lookups.views.way_back import page_at


class SignIn(LoginView):
    template_name = "registration/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_redirect_url(self, *_: Any) -> str:
        """Where the person goes from here: a page, also if `next` names an address of forms."""
        return page_at(super().get_redirect_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"why": sessions.why_ended(self.request)}

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The form with what is wrong. Where a guess has to wait, the answer is a 429 that says for
        how many seconds."""
        response = super().form_invalid(form)
        for error in form.non_field_errors().as_data():
            if error.code == "pause" and error.params:
                response.status_code = 429
                response.headers["Retry-After"] = str(error.params["seconds"])
        return response


class SetPassword(PasswordResetConfirmView):
    """A new password by a one-time link, also where another person is signed in.

    Django moves the token from the address into the session before it shows the form.
    """

    template_name = "registration/set_password.html"
    token_generator = password_links.TOKENS
    # The person of the link: form_valid runs for a good link alone.
    user: User

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        try:
            password_links.use(self.user, form.cleaned_data["new_password1"])
        except password_links.PasswordChanged:
            self.validlink = False
            return self.render_to_response(self.get_context_data())
        browsers.signed_in(self.request, self.user.username)
        logout(self.request)
        messages.success(
            self.request, f"Your password is set. Sign in with it as {self.user.username}."
        )
        return redirect("sign-in")

    def render_to_response(self, context: dict[str, Any], **_: Any) -> HttpResponse:
        status = 200 if self.validlink else 410
        return super().render_to_response(context, status=status)


class ChangePassword(PasswordChangeView):
    """A new password for the person who is signed in. Django ends their other sessions."""

    request: PageRequest
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
