"""The log has one quiet line for each refused request, and no part of what was asked for."""

import io
import logging
import re
from collections.abc import Callable

import pytest
from django.test import Client

from lookups.views import calls, new
from phonon_portal.answer_log import AnswerFilter

pytestmark = pytest.mark.django_db
NUMBER = "919876543210"
UUID = "0f0e0d0c-0b0a-4a0b-8c0d-0e0f0a0b0c0d"


@pytest.fixture
def log(monkeypatch) -> io.StringIO:
    """What the portal's own handler writes to standard error."""
    (handler,) = (
        one for one in logging.getLogger().handlers
        if any(isinstance(each, AnswerFilter) for each in one.filters)
    )  # fmt: skip
    written = io.StringIO()
    monkeypatch.setattr(handler, "stream", written)
    return written


@pytest.fixture
def client(agent) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(agent)
    return client


def breaking(error: Exception) -> Callable[..., None]:
    def broken(*_: object, **__: object) -> None:
        raise error

    return broken


REFUSED = {
    "a page for managers": (
        "get", "/audit/?q=" + NUMBER, {}, "403 GET /audit/ PermissionDenied"
    ),
    "a call that is not there": (
        "get", f"/calls/{UUID}/?number={NUMBER}", {}, "404 GET /calls/<str:uuid>/"
    ),
    "an address that never was": (
        "get", f"/customers/{NUMBER}?q={NUMBER}", {}, "404 GET (no such address)"
    ),
    "a wrong method": (
        "post", f"/calls/?q=number:{NUMBER}", {}, "405 POST /calls/"
    ),
    "a form with an error": (
        "post", "/", {"data": {"text": f"+{NUMBER}"}}, "422 POST /"
    ),
    "a broken form": (
        "post", f"/?q={NUMBER}", {"data": b"no parts", "content_type": "multipart/form-data"},
        "400 POST / MultiPartParserError",
    ),
    "a foreign host": (
        "get", f"/calls/{UUID}/", {"headers": {"host": f"{NUMBER}.example"}},
        "400 GET /calls/<str:uuid>/ DisallowedHost",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_a_refused_request_is_one_line_at_info(client, credential, log, kind):
    method, path, more, line = REFUSED[kind]
    getattr(client, method)(path, **more)
    (written,) = log.getvalue().splitlines()
    assert re.fullmatch(rf"\S+ \S+ INFO django\.\S+ {re.escape(line)}", written)


def test_a_forged_form_is_one_line_without_the_page_it_came_from(log):
    page = f"https://elsewhere.example/?q={NUMBER}"
    forger = Client(enforce_csrf_checks=True)
    forger.post("/sign-in/", headers={"referer": page, "origin": page}, secure=True)
    assert log.getvalue().endswith("INFO django.security.csrf 403 POST /sign-in/ csrf\n")
    assert NUMBER not in log.getvalue()


@pytest.mark.parametrize("limit", ["REQUEST_MAX_BYTES", "DATA_UPLOAD_MAX_MEMORY_SIZE"])
def test_a_body_that_is_too_large_is_one_line(client, settings, log, limit):
    setattr(settings, limit, 10)
    client.post("/preview", {"text": "x" * 1000})
    (written,) = log.getvalue().splitlines()
    assert " INFO " in written
    assert "413 POST /preview" in written


def test_a_fault_of_the_portals_keeps_its_traceback_and_names_the_pattern_alone(
    client, log, monkeypatch
):
    monkeypatch.setattr(calls.access, "call", breaking(ValueError("ours")))
    client.get(f"/calls/{UUID}/?number={NUMBER}")
    first, *traceback = log.getvalue().splitlines()
    assert first.endswith("ERROR django.request 500 GET /calls/<str:uuid>/ ValueError")
    assert traceback[0].startswith("Traceback")
    assert traceback[-1] == "ValueError: ours"
    assert NUMBER not in log.getvalue()
    assert UUID not in log.getvalue()


def test_a_refusal_that_a_view_raises_says_its_kind_and_not_its_text(client, log, monkeypatch):
    refused = new.access.Http404(f"nothing on {NUMBER}")
    monkeypatch.setattr(calls.access, "find_call", breaking(refused))
    client.get(f"/go/{UUID}")
    assert NUMBER not in log.getvalue()
    assert log.getvalue().count("\n") == 1


def test_other_lines_are_left_as_they_are(log):
    logging.getLogger("lookups").info("A worker began: %s", "one")
    assert log.getvalue().endswith("INFO lookups A worker began: one\n")


def test_without_the_filter_the_log_would_hold_the_address(client, log, monkeypatch):
    """The planted fault."""
    monkeypatch.setattr(AnswerFilter, "filter", lambda *_: True)
    client.get(f"/customers/{NUMBER}")
    client.get("/audit/")
    assert "/customers/" in log.getvalue()
    assert "Traceback" in log.getvalue()
