"""The forms that check a password. Each counts the guess before it hashes the password."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest

from lookups.people import browsers, guesses


class Counted(AuthenticationForm):
    # Both views that show the form give it their request.
    request: HttpRequest

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username")
        if not (name and self.cleaned_data.get("password")):
            return super().clean()
        with guesses.at_sign_in(self.request, name):
            cleaned = super().clean()
        browsers.signed_in(self.request, name)
        return cleaned


class SignInForm(Counted):
    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": "Name and password do not go together. Check both; capital letters count."
    }


class AdminSignInForm(Counted, AdminAuthenticationForm):
    """The same for /admin/."""


class OwnPasswordForm(PasswordChangeForm):
    def clean_old_password(self) -> str:
        with guesses.at_own_password(self.user):
            return super().clean_old_password()
