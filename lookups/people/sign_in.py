"""Every form that checks a password, with its guesses counted before the password is hashed."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest

from lookups.people import browsers, guesses


class Counted(AuthenticationForm):
    # Both views that show it give theirs.
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
