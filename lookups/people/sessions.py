"""When the session of a browser began, and why it has ended.

A browser that signed in keeps a signed cookie with a random mark and the time. The cookie opens
nothing. Signing out takes it away, and a session that ends by itself leaves it.
"""

import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string, salted_hmac

from lookups.models import User

COOKIE = "session_began"
SALT = "lookups.people.sessions"
# A person who comes back from a holiday still reads why they have to sign in.
DAYS = 30
# The key under which META keeps whether the request signed somebody in, or out.
SIGNED_IN = "SESSION_BEGAN"
_IN_LETTERS = str.maketrans("0123456789", "ghijklmnop")


@receiver(user_logged_in)
def _began(sender: Any, request: HttpRequest, **_: Any) -> None:
    request.META[SIGNED_IN] = True


@receiver(user_logged_out)
def _ended(sender: Any, request: HttpRequest, **_: Any) -> None:
    request.META[SIGNED_IN] = False


def keep(request: HttpRequest, response: HttpResponse) -> None:
    """Puts the cookie on the answer to a request that signed somebody in; takes it from a browser
    that signed out."""
    signed_in = request.META.get(SIGNED_IN)
    if signed_in is None:
        return
    if not signed_in:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    mark = _mark(request) or get_random_string(22)
    response.set_cookie(
        COOKIE,
        signing.dumps({"mark": mark, "at": int(time.time())}, salt=SALT),
        max_age=DAYS * 86_400,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def why_ended(request: HttpRequest) -> str:
    """The sentence that says why the browser's last session ended.

    "" where the browser has had none, or the person signed out.
    """
    began = _read(request)
    if not began:
        return ""
    if time.time() - began["at"] >= settings.SESSION_COOKIE_AGE:
        return f"You were signed out after {settings.SESSION_COOKIE_AGE // 3600} hours."
    return "You were signed out: your password was changed, or the operator ended your session."


def pseudonym(request: HttpRequest, user: User) -> str:
    """A hash that stands for the person in this browser, until they sign out of it.

    Of letters alone, so that nothing on a page looks like a part of a telephone number.
    """
    text = f"{user.pk}:{_mark(request)}"
    return salted_hmac(SALT, text, algorithm="sha256").hexdigest()[:16].translate(_IN_LETTERS)


def form_owner(user: User) -> str:
    """A hash by which a form tells for whom it was drawn, in whatever session; of letters alone."""
    hashed = salted_hmac(f"{SALT}.form_owner", str(user.pk), algorithm="sha256")
    return hashed.hexdigest()[:16].translate(_IN_LETTERS)


def _mark(request: HttpRequest) -> str:
    return str(_read(request).get("mark", ""))


def _read(request: HttpRequest) -> dict[str, Any]:
    with suppress(signing.BadSignature):
        kept: dict[str, Any] = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=DAYS * 86_400
        )
        return kept
    return {}
