"""Checks at start: what would fail later, said now, with what to do."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import Tags, register


@register(Tags.security)
def credential_keys_are_set(**_: Any) -> list[checks.CheckMessage]:
    if settings.CREDENTIAL_KEYS:
        return []
    return [
        checks.Warning(
            "CREDENTIAL_KEYS is empty, so version 2 credentials can be neither saved nor used.",
            hint="`python -m phonon_portal.keys` prints a good one. Keep it apart from backups.",
            id="lookups.W001",
        )
    ]


@register(Tags.security)
def pull_hosts_are_named(**_: Any) -> list[checks.CheckMessage]:
    if settings.PULL_ALLOWED_HOSTS or settings.PULL_ALLOW_PRIVATE_ENDPOINTS:
        return []
    return [
        checks.Warning(
            "PULL_ALLOWED_HOSTS is empty, so a manager may enter any public host as endpoint.",
            hint="Set it to the hosts that your Phonon contact gave you.",
            id="lookups.W002",
        )
    ]


@register(Tags.security)
def https_has_somebody_who_speaks_it(**_: Any) -> list[checks.CheckMessage]:
    if not settings.HTTPS_ONLY or settings.BEHIND_TLS_PROXY:
        return []
    return [
        checks.Warning(
            "HTTPS_ONLY is on and BEHIND_TLS_PROXY is off: every page leads to https, which the "
            "portal does not speak itself.",
            hint="Put a proxy that ends TLS in front and set BEHIND_TLS_PROXY=true; or set "
            "HTTPS_ONLY=false where the portal is reached on this machine alone.",
            id="lookups.W003",
        )
    ]
