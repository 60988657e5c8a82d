"""The page to go back to: from an address that takes forms only, and after signing in again."""

from urllib.parse import unquote, urlsplit

from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme

from lookups.views.page import PageRequest

# Every address that takes nothing but forms, and the page that its form stands on.
PAGES = {
    "preview": "new-lookup",
    "preview-rejected": "new-lookup",
    "lookup-cancel": "lookup",
    "lookup-retry": "lookup",
    "lookup-refresh": "lookup",
    "lookup-watch": "lookup",
    "lookup-unwatch": "lookup",
    "call-numbers": "call",
    "call-raw-numbers": "call",
    "call-refresh": "call",
    "credential-test": "credentials",
    "credential-resume": "credentials",
    "credential-retire": "credentials",
    "member-add": "team",
    "member-change": "team",
    "member-link": "team",
    "invitation-take-back": "team",
    "invitation-link": "team",
    "invitation-answer": "new-lookup",
    "team-switch": "new-lookup",
    "sign-out": "new-lookup",
    "admin:logout": "admin:index",
}
# After the sign-in a download would leave its person on the sign-in page.
DOWNLOADS = {
    "lookup-export": "lookup",
    "lookup-rejected": "lookup",
    "calls-export": "calls",
    "call-raw": "call",
}
# Pages of one row: their addresses take the same arguments as those of their forms.
OF_ONE_ROW = {"lookup", "call"}
DOORS = {"sign-in", "set-password", "admin:login"}
SAFE = {"GET", "HEAD"}


def page_of(match: ResolverMatch) -> str:
    """The path of the page that an address belongs to which takes forms only; else ""."""
    return _page_in(PAGES, match)


def _page_in(pages: dict[str, str], match: ResolverMatch) -> str:
    page = pages.get(match.view_name)
    if page is None:
        return ""
    return reverse(page, kwargs=match.kwargs if page in OF_ONE_ROW else None)


def page_at(address: str) -> str:
    """The address itself if a page opens there, or that of its page; "" for a door or nothing."""
    try:
        match = resolve(unquote(urlsplit(address).path))
    except (Resolver404, ValueError):
        return ""
    if match.view_name in DOORS:
        return ""
    # Two slashes at the start would name another host.
    return _page_in(PAGES | DOWNLOADS, match) or escape_leading_slashes(address)


def way_back(request: PageRequest) -> str:
    """Path and query of the page that the person was on; every GET there is answered.

    htmx names that page, and so does the Referer of a form or a download. Where neither is a page
    of this host, it is the page of the address that was asked for.
    """
    return _page_before(request) or page_at(request.get_full_path()) or reverse("new-lookup")


def _page_before(request: PageRequest) -> str:
    match = request.resolver_match
    is_page = request.method in SAFE and not (match and match.view_name in DOWNLOADS)
    named = None if is_page else request.headers.get("Referer")
    if request.htmx:
        named = request.htmx.current_url
    if not named or not url_has_allowed_host_and_scheme(named, {request.get_host()}):
        return ""
    parts = urlsplit(named)
    return page_at(parts._replace(scheme="", netloc="", fragment="").geturl())
