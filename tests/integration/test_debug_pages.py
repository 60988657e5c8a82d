"""With DEBUG on, the page of an error shows where it broke, and no id, password or variable."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.html import escape
from django.views import debug

from lookups import credentials
from lookups.credentials import ids, saving
from lookups.emulator import DEMO_SECURITY_ID
from lookups.models import Credential
from lookups.views import account, calls
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
SECURITY_ID = "made-up'security<id>" + "7" * 44
FLOW_ID = "FL0W\\7&9"
NEW_PASSWORD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def debugging(settings) -> None:
    settings.DEBUG = True


@pytest.fixture
def client(manager) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(manager)
    return client


def breaking(*told: str) -> Callable[..., None]:
    """A function that breaks with its arguments among its variables, and `told` in its message."""

    def broken(*args: object, **kwargs: object) -> None:
        inside = [dict(kwargs), *args]
        raise ValueError("broken on purpose", repr(told), len(inside))

    return broken


def traces(page: str, *secrets: str) -> list[str]:
    """The secrets that stand in the page, however they are spelt there."""

    def spellings(secret: str) -> list[str]:
        texts = [secret, repr(secret)[1:-1]]
        return [*texts, *map(escape, texts)]

    return [secret for secret in secrets if any(one in page for one in spellings(secret))]


def save_credential(client: Client, credential: Credential, **headers: str):
    sent = {
        "label": "x", "endpoint_url": credential.endpoint_url, "api_version": 2,
        "max_uuids": 200, "max_concurrent": 4, "requests_per_minute": 0, "version": 1,
        "security_id": SECURITY_ID, "flow_id": FLOW_ID,
    }  # fmt: skip
    return client.post(f"/credentials/{credential.pk}/", sent, headers=headers)


PLACES = [
    (credentials, "check"),
    (saving, "_store_ids"),
    (saving.audit, "record"),
    (ids.sealing, "seal"),
    (ids.sealing, "AESGCM"),
]


@pytest.mark.parametrize("accept", ["text/html", "text/plain"])
@pytest.mark.parametrize(("module", "name"), PLACES)
def test_a_credential_that_breaks_while_it_is_saved_shows_no_id(
    client, credential, monkeypatch, module, name, accept
):
    monkeypatch.setattr(module, name, breaking(SECURITY_ID, FLOW_ID))
    answer = save_credential(client, credential, accept=accept)
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "broken on purpose" in page
    assert traces(page, SECURITY_ID, FLOW_ID) == []


def test_stored_ids_sealed_and_opened_stay_hidden(client, credential, monkeypatch):
    monkeypatch.setattr(saving.pull.Client, "pull", breaking())
    page = client.post(f"/credentials/{credential.pk}/test").content.decode()
    credential.refresh_from_db()
    assert "broken on purpose" in page
    assert traces(page, DEMO_SECURITY_ID, credential.security_id_sealed) == []


def test_passwords_stay_hidden(client, monkeypatch):
    monkeypatch.setattr(account.ChangePassword, "form_valid", breaking())
    sent = {
        "old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD,
    }  # fmt: skip
    page = client.post("/password/", sent).content.decode()
    assert "broken on purpose" in page
    assert traces(page, PASSWORD, NEW_PASSWORD) == []


def test_a_sign_in_that_breaks_shows_no_password(monkeypatch, manager):
    monkeypatch.setattr("django.contrib.auth.forms.authenticate", breaking(NEW_PASSWORD))
    sent = {"username": manager.username, "password": NEW_PASSWORD}
    page = Client(raise_request_exception=False).post("/sign-in/", sent).content.decode()
    assert "broken on purpose" in page
    assert traces(page, NEW_PASSWORD) == []


def test_settings_and_the_environment_show_no_secret(client, monkeypatch, settings):
    monkeypatch.setattr(calls.search, "parse", breaking())
    secret = "postgres://portal:hunter2@db/portal"
    page = client.get("/calls/", DATABASE_URL=secret).content.decode()
    assert "broken on purpose" in page
    session = client.cookies["sessionid"].value
    assert traces(page, secret, session, settings.SECRET_KEY, repr(b"k" * 32)[2:-1]) == []


def test_with_djangos_own_filter_the_id_would_be_shown(client, credential, monkeypatch, settings):
    """The planted fault."""
    settings.DEFAULT_EXCEPTION_REPORTER = "django.views.debug.ExceptionReporter"
    own = "django.views.debug.SafeExceptionReporterFilter"
    settings.DEFAULT_EXCEPTION_REPORTER_FILTER = own
    debug.get_default_exception_reporter_filter.cache_clear()
    monkeypatch.setattr(saving, "_store_ids", breaking())
    page = save_credential(client, credential).content.decode()
    debug.get_default_exception_reporter_filter.cache_clear()
    assert traces(page, SECURITY_ID, FLOW_ID) == [SECURITY_ID, FLOW_ID]
