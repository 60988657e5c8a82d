"""Every kind of answer, whoever makes it, carries the headers that harden the browser."""

from collections.abc import Callable

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from lookups import exports
from lookups.models import AuditEvent, Lookup, User
from lookups.views import lookups as lookup_views
from lookups.views.middleware import HeadersMiddleware
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
BROKEN_FORM = {"data": b"no parts", "content_type": "multipart/form-data"}


@pytest.fixture
def lookup(look_up, credential, work) -> Lookup:
    lookup = look_up(some_uuids(1)[0], credential)
    work()
    return lookup


@pytest.fixture
def people(agent, manager, settings, tmp_path) -> dict[str, Client]:
    """Clients by who sits at them. Each reads the settings of its test anew."""
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "portal.css").write_text("body {}")
    clients = {"anonymous": Client(raise_request_exception=False)}
    clients["forger"] = Client(enforce_csrf_checks=True)
    clients["boss"] = Client()
    clients["boss"].force_login(User.objects.create_superuser("boss"))
    for name, user in {"agent": agent, "manager": manager}.items():
        clients[name] = Client(raise_request_exception=False)
        clients[name].force_login(user)
    return clients


def breaking(error: Exception) -> Callable[..., None]:
    def broken(*_: object, **__: object) -> None:
        raise error

    return broken


def lack(answer: HttpResponse, *, is_static: bool = False) -> list[str]:
    """What is missing from the answer's headers."""
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    kept = headers.get("Cache-Control", "")
    required = {
        "Content-Security-Policy": "default-src 'none'" in policy and "unsafe" not in policy,
        "X-Content-Type-Options": headers.get("X-Content-Type-Options") == "nosniff",
        "X-Frame-Options": headers.get("X-Frame-Options") == "DENY",
        "Referrer-Policy": headers.get("Referrer-Policy") == "same-origin",
        "Cross-Origin-Opener-Policy": headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "Permissions-Policy": "camera=()" in headers.get("Permissions-Policy", ""),
        "Cache-Control": "max-age" in kept if is_static else "no-store" in kept,
        "Vary": is_static or "HX-Request" in headers.get("Vary", ""),
    }
    return [name for name, is_there in required.items() if not is_there]


# Who asks for what, by the kind of answer that comes back.
ANSWERS = {
    "page": ("agent", "get", "/", {}, 200),
    "fragment": ("agent", "get", "/calls/", {"headers": HTMX}, 200),
    "form with an error": ("agent", "post", "/", {"data": {"text": ""}}, 422),
    "call": ("agent", "get", "/calls/{uuid}/", {}, 200),
    "export": ("agent", "get", "/lookups/{pk}/export?format=csv", {}, 200),
    "workbook": ("agent", "get", "/lookups/{pk}/export?format=xlsx", {}, 200),
    "rejected lines": ("agent", "get", "/lookups/{pk}/rejected", {}, 200),
    "export's head": ("agent", "head", "/lookups/{pk}/export?format=csv", {}, 200),
    "head": ("agent", "head", "/lookups/", {}, 200),
    "options": ("agent", "options", "/password/", {}, 200),
    "options refused": ("agent", "options", "/lookups/", {}, 405),
    "method refused": ("agent", "post", "/lookups/", {}, 405),
    "unknown method": ("agent", "generic", "PROPFIND", {"path": "/lookups/"}, 405),
    "redirect": ("agent", "post", "/lookups/{pk}/cancel", {}, 302),
    "redirect for htmx": ("agent", "post", "/lookups/{pk}/cancel", {"headers": HTMX}, 200),
    "redirect to sign-in": ("anonymous", "get", "/lookups/", {}, 302),
    "sign-in for htmx": ("anonymous", "get", "/lookups/", {"headers": HTMX}, 401),
    "sign-in": ("anonymous", "get", "/sign-in/", {}, 200),
    "slash added": ("agent", "get", "/lookups", {}, 301),
    "forbidden": ("agent", "get", "/audit/", {}, 403),
    "forged form": ("forger", "post", "/sign-in/", {}, 403),
    "not there": ("agent", "get", "/lookups/404404/", {}, 404),
    "not there for htmx": ("agent", "get", "/lookups/404404/", {"headers": HTMX}, 404),
    "no such address": ("anonymous", "get", "/no/such/address", {}, 404),
    "no such static file": ("anonymous", "get", "/static/none.css", {}, 404),
    "broken form": ("agent", "post", "/", BROKEN_FORM, 400),
    "foreign host": ("agent", "get", "/", {"headers": {"host": "evil.example"}}, 400),
    "health": ("anonymous", "get", "/livez", {}, 200),
    "readiness": ("anonymous", "get", "/readyz", {}, 200),
    "metrics refused": ("anonymous", "get", "/metrics", {}, 403),
    "admin": ("boss", "get", "/admin/", {}, 200),
    "admin's sign-in": ("anonymous", "get", "/admin/login/", {}, 200),
    "admin's script": ("boss", "get", "/admin/jsi18n/", {}, 200),
}  # fmt: skip


def ask(people: dict[str, Client], lookup: Lookup, kind: str) -> HttpResponse:
    who, method, path, more, status = ANSWERS[kind]
    call = lookup.items.get().call
    path = path.format(pk=lookup.pk, uuid=call.uuid)
    answer = getattr(people[who], method)(path, **more)
    answer.getvalue()
    assert answer.status_code == status, kind
    return answer


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_of_answer_is_hardened_and_never_kept(people, lookup, kind):
    assert lack(ask(people, lookup, kind)) == []


def test_htmx_is_told_where_to_go_by_an_answer_that_is_not_kept(people, lookup):
    answer = ask(people, lookup, "redirect for htmx")
    assert answer.headers["HX-Redirect"] == lookup.get_absolute_url()


@pytest.mark.parametrize(
    ("error", "status"), [(ValueError("ours"), 500), (OperationalError("locked"), 503)]
)
def test_a_fault_and_a_busy_database_are_answered_with_all_headers(
    people, monkeypatch, error, status
):
    monkeypatch.setattr(lookup_views.access, "lookups", breaking(error))
    answer = people["agent"].get("/lookups/")
    assert (answer.status_code, lack(answer)) == (status, [])


@pytest.mark.parametrize("limit", ["REQUEST_MAX_BYTES", "DATA_UPLOAD_MAX_MEMORY_SIZE"])
def test_a_body_that_is_too_large_is_refused_with_all_headers(people, settings, limit):
    setattr(settings, limit, 10)
    answer = people["agent"].post("/", {"text": "x" * 1000}, headers=HTMX)
    assert (answer.status_code, lack(answer)) == (413, [])


def test_too_many_fields_are_refused_with_all_headers(people, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    answer = people["agent"].post("/", {"text": "", "title": "", "watch": ""})
    assert (answer.status_code, lack(answer)) == (400, [])


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("get", {}, 200),
        ("head", {}, 200),
        ("get", {"range": "bytes=0-3"}, 206),
        ("get", {"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 304),
    ],
)
def test_a_static_file_is_hardened_and_may_be_kept(people, method, headers, status):
    answer = getattr(people["anonymous"], method)("/static/portal.css", headers=headers)
    answer.getvalue()
    assert answer.status_code == status
    assert lack(answer, is_static=True) == []


def test_a_static_file_takes_no_post(people):
    answer = people["anonymous"].post("/static/portal.css")
    assert (answer.status_code, lack(answer)) == (405, [])


@pytest.fixture
def https_only(settings) -> None:
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000


@pytest.mark.parametrize(("host", "status"), [("testserver", 301), ("evil.example", 400)])
def test_the_way_to_https_is_hardened(https_only, host, status):
    answer = Client().get("/calls/?q=x", headers={"host": host})
    assert (answer.status_code, lack(answer)) == (status, [])


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/sign-in/", {}, 200),
        ("/lookups/", {}, 302),
        ("/lookups/", HTMX, 401),
        ("/none/", {}, 404),
        ("/livez", {}, 200),
        ("/sign-in/", {"host": "evil.example"}, 400),
        ("/static/portal.css", {}, 200),
    ],
)
def test_over_https_every_answer_says_to_stay_there(https_only, people, path, headers, status):
    answer = people["anonymous"].get(path, secure=True, headers=headers)
    answer.getvalue()
    assert answer.status_code == status
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    "header", ["x-forwarded-proto", "x-forwarded-ssl", "x-forwarded-protocol", "forwarded"]
)
def test_without_a_proxy_no_forwarded_header_is_believed(https_only, rf, header):
    said = {"forwarded": "proto=https;host=evil.example", "x-forwarded-ssl": "on"}
    forwarded = {
        header: said.get(header, "https"), "x-forwarded-host": "evil.example",
        "x-forwarded-port": "443", "x-forwarded-for": "203.0.113.9",
    }  # fmt: skip
    request = rf.get("/", headers=forwarded)
    assert not request.is_secure()
    assert request.build_absolute_uri() == "http://testserver/"
    answer = Client().get("/sign-in/", headers=forwarded)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://testserver/sign-in/")


def test_the_headers_are_the_outermost_of_the_middleware(settings):
    outermost = settings.MIDDLEWARE[0]
    assert outermost == f"{HeadersMiddleware.__module__}.{HeadersMiddleware.__name__}"


def test_an_answer_without_the_middleware_would_be_found_wanting():
    """The planted fault: an answer that nothing hardened."""
    bare = HttpResponse("bare")
    assert "Cache-Control" in lack(bare)
    hardened = HeadersMiddleware(lambda _: bare)(RequestFactory().get("/"))
    assert lack(hardened) == ["Content-Security-Policy", "X-Frame-Options"]


def test_the_head_of_a_download_reads_no_row_and_is_no_export(people, lookup, monkeypatch):
    paths = [
        f"{reverse('lookup-export', args=[lookup.pk])}?format=csv",
        f"{reverse('lookup-export', args=[lookup.pk])}?format=xlsx",
        reverse("lookup-rejected", args=[lookup.pk]),
        f"{reverse('calls-export')}?format=jsonl",
    ]
    exported = AuditEvent.objects.filter(event="exported")
    heads = [people["agent"].head(path) for path in paths]
    assert exported.count() == 0
    gets = [people["agent"].get(path) for path in paths]
    assert exported.count() == len(paths)
    for head, get in zip(heads, gets, strict=True):
        get.getvalue()
        assert head.headers == get.headers
    monkeypatch.setattr(exports, "write", breaking(AssertionError("a row was read")))
    assert people["agent"].head(paths[0]).status_code == 200


def test_an_export_that_fails_leads_back_to_the_page_that_asked_for_it(people, lookup, monkeypatch):
    monkeypatch.setattr(exports, "write", breaking(exports.ExportError("Too many rows for Excel.")))
    of_lookup = people["agent"].get(f"/lookups/{lookup.pk}/export?format=xlsx", follow=True)
    assert of_lookup.redirect_chain == [(lookup.get_absolute_url(), 302)]
    assert "Too many rows for Excel." in of_lookup.content.decode()
    of_calls = people["agent"].get("/calls/export?format=xlsx&q=cause:busy", follow=True)
    assert of_calls.redirect_chain == [("/calls/?q=cause%3Abusy", 302)]
    assert "Too many rows for Excel." in of_calls.content.decode()
    unreadable = people["agent"].get("/calls/export?q=nonsense:x", follow=True)
    assert unreadable.redirect_chain == [("/calls/?q=nonsense%3Ax", 302)]
    assert 'value="nonsense:x"' in unreadable.content.decode()
