"""The sealed ids of a credential: bound to their endpoint, missed when they are gone, and proved
by every rotation."""

import base64
import io
import socket
from contextlib import closing
from functools import partial
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lookups import credentials
from lookups.credentials import ids
from lookups.emulator import DEMO_FLOW_ID, DEMO_SECURITY_ID
from lookups.models import Credential
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db
BOTH = {"security_id": DEMO_SECURITY_ID, "flow_id": DEMO_FLOW_ID}
MIGRATION = ("lookups", "0015_ids_sealed_for_their_endpoint")


def stored(credential: Credential, **altered: object) -> Credential:
    """The row as somebody left it who writes to the database."""
    Credential.objects.filter(pk=credential.pk).update(**altered)
    return Credential.objects.get(pk=credential.pk)


def other_ways_to(url: str) -> list[str]:
    """The URL with another scheme, host or port, and spellings that lead elsewhere."""
    port = url.split(":")[2].split("/")[0]
    return [
        url.replace("http:", "https:"),
        url.replace("127.0.0.1", "localhost"),
        url.replace("127.0.0.1", "127.0.0.2"),
        url.replace("127.0.0.1", "[::1]"),
        url.replace("127.0.0.1", "elsewhere.example"),
        url.replace(f":{port}", f":{int(port) - 1}"),
        url.replace(f":{port}", ""),
        url.replace("127.0.0.1", "user@127.0.0.1"),
        "",
        "nonsense",
    ]


def test_no_id_opens_for_an_endpoint_that_was_changed_in_the_database(credential):
    for url in other_ways_to(credential.endpoint_url):
        with pytest.raises(credentials.CannotOpen, match="Check the endpoint URL"):
            credentials.access_to(stored(credential, endpoint_url=url))


def test_a_path_on_the_same_server_opens(credential):
    moved = stored(credential, endpoint_url=credential.endpoint_url + "?more=1")
    assert credentials.access_to(moved).security_id == DEMO_SECURITY_ID


def test_a_thief_who_moves_the_endpoint_to_their_own_server_gets_no_connection(
    credential, look_up, work, emulator
):
    lookup = look_up(some_uuids(1)[0], credential)
    with closing(socket.create_server(("127.0.0.1", 0))) as thief:
        thief.settimeout(0.2)
        stored(credential, endpoint_url=f"http://127.0.0.1:{thief.getsockname()[1]}/v2/pull")
        before = emulator.log.requests
        work()
        with pytest.raises(TimeoutError):
            thief.accept()
    credential.refresh_from_db()
    assert credential.state == Credential.State.PAUSED
    assert "Check the endpoint URL" in credential.paused_reason
    assert lookup.items.filter(outcome="pending").count() == 1
    assert emulator.log.requests == before


def test_without_the_endpoint_in_the_seal_the_thief_would_be_given_the_ids(credential):
    """The planted fault: the first version of the seal, opened as it was before."""
    ids.seal_into(credential, BOTH, "v1")
    credential.endpoint_url = "https://thief.example/pull"
    assert ids.open_one(credential, "security_id", "v1") == DEMO_SECURITY_ID


@pytest.mark.parametrize(("field", "words"), ids.WORDS.items())
def test_a_blanked_id_is_an_error_that_names_it(credential, manager, emulator, field, words):
    blanked = stored(credential, **{f"{field}_sealed": ""})
    before = emulator.log.requests
    ok, said = credentials.test(blanked, by=manager)
    assert not ok
    assert f"The stored {words} is missing" in said
    assert emulator.log.requests == before
    assert credentials.rotate(by=None) == {"rotated": 0, "already": 0, "unreadable": 1}
    assert f"The stored {words} is missing" in doctor()


def test_both_blanked_and_a_version_that_was_raised_are_missed_as_well(credential):
    gone = stored(credential, security_id_sealed="", flow_id_sealed="", ids_set_at=None)
    assert "is missing" in credentials.why_closed(gone)


def test_version_1_needs_no_ids_until_it_is_made_version_2(team, emulator):
    plain = Credential(team=team, label="v1", endpoint_url=emulator.url(1), api_version=1)
    credentials.save(plain, by=None)
    assert credentials.why_closed(plain) == ""
    assert credentials.rotate(by=None) == {"rotated": 0, "already": 0, "unreadable": 0}
    assert "is missing" in credentials.why_closed(stored(plain, api_version=2))


def test_a_retired_credential_is_no_problem_to_a_rotation(credential, manager):
    credentials.retire(credential, by=manager)
    assert credentials.rotate(by=None)["unreadable"] == 0


@pytest.mark.parametrize("altered", [{"security_id_sealed": ""}, {"flow_id_sealed": "v2.t1.AAAA"}])
def test_the_form_asks_for_both_ids_where_the_stored_ones_do_not_open(
    credential, manager, signed_in, altered
):
    stored(credential, **altered)
    address = f"/credentials/{credential.pk}/"
    page = signed_in(manager).get(address).content.decode()
    assert "Empty keeps it" not in page
    sent = {
        "label": "Renamed", "endpoint_url": credential.endpoint_url, "api_version": 2,
        "max_uuids": 200, "max_concurrent": 4, "requests_per_minute": 0, "version": 1,
    }  # fmt: skip
    one = signed_in(manager).post(address, sent | {"security_id": DEMO_SECURITY_ID})
    assert one.status_code == 422
    assert "because the stored ids cannot be opened" in one.content.decode()
    assert signed_in(manager).post(address, sent | BOTH).status_code == 302
    credential.refresh_from_db()
    assert credentials.access_to(credential).flow_id == DEMO_FLOW_ID


@pytest.mark.parametrize("keys", [["t1"], ["t2", "t1"]])
def test_a_rotation_with_wrong_bytes_under_a_known_id_says_so(credential, settings, keys):
    settings.CREDENTIAL_KEYS = [(key_id, b"w" * 32) for key_id in keys]
    before = Credential.objects.values().get()
    assert credentials.rotate(by=None) == {"rotated": 0, "already": 0, "unreadable": 1}
    assert Credential.objects.values().get() == before
    said = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("rotate_keys", stdout=said)
    assert ended.value.code == 1
    assert "Keep the old keys" in said.getvalue()


def test_a_rotation_keeps_the_old_seal_where_the_new_one_does_not_open(
    credential, settings, monkeypatch
):
    settings.CREDENTIAL_KEYS = [("t2", b"2" * 32), *settings.CREDENTIAL_KEYS]
    seal = ids.sealing.seal
    monkeypatch.setattr(ids.sealing, "seal", lambda *a, **k: seal(*a, **k)[:-4])
    before = Credential.objects.values().get()
    assert credentials.rotate(by=None) == {"rotated": 0, "already": 0, "unreadable": 1}
    assert Credential.objects.values().get() == before


def doctor() -> str:
    said = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=said)
    return said.getvalue()


def seal_as_before(credential: Credential) -> None:
    ids.seal_into(credential, BOTH, "v1")
    credential.save(update_fields=["security_id_sealed", "flow_id_sealed"])


def test_a_seal_of_the_first_version_is_refused_also_by_a_rotation(credential):
    seal_as_before(credential)
    assert "older portal" in credentials.why_closed(credential)
    assert credentials.rotate(by=None)["unreadable"] == 1


@pytest.fixture
def step():
    """The functions of the migration alone: what later ones add is not this test's matter."""
    loader = MigrationExecutor(connection).loader
    operation = loader.get_migration(*MIGRATION).operations[0]
    apps = loader.project_state([MIGRATION]).apps
    return SimpleNamespace(
        forth=partial(operation.code, apps, None), back=partial(operation.reverse_code, apps, None)
    )


def test_the_migration_seals_filled_rows_anew_forth_and_back(credential, step):
    seal_as_before(credential)
    for _ in range(2):
        step.forth()
        credential.refresh_from_db()
        assert credentials.access_to(credential).security_id == DEMO_SECURITY_ID
        step.back()
        credential.refresh_from_db()
        assert ids.open_one(credential, "flow_id", "v1") == DEMO_FLOW_ID


def test_the_migration_names_what_does_not_open_and_goes_on(credential, settings, capsys, step):
    seal_as_before(credential)
    settings.CREDENTIAL_KEYS = [("new", base64.b64decode("eHh4eA==") * 8)]
    step.forth()
    assert "delays/Delay IVR" in capsys.readouterr().err
    credential.refresh_from_db()
    assert credential.security_id_sealed.startswith("v1.")


def test_the_migration_stops_with_a_sentence_where_it_was_given_no_keys(credential, settings, step):
    seal_as_before(credential)
    settings.CREDENTIAL_KEYS = []
    with pytest.raises(CommandError, match="Give `migrate` the keys"):
        step.forth()


def test_without_rows_the_migration_needs_no_keys(settings, step):
    settings.CREDENTIAL_KEYS = []
    step.forth()
