"""Credentials: sealed, write-only, bound to their endpoint, and honest about what Phonon says."""

import base64

import pytest
from django.core.exceptions import ValidationError

from lookups import credentials, ledger
from lookups.credentials import ids
from lookups.emulator import DEMO_FLOW_ID, DEMO_SECURITY_ID
from lookups.models import AuditEvent, Credential
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db


def test_both_ids_are_sealed_in_the_database(credential):
    stored = Credential.objects.values_list().get()
    assert DEMO_SECURITY_ID not in str(stored)
    assert DEMO_FLOW_ID not in str(stored)
    access = credentials.access_to(credential)
    assert (access.security_id, access.flow_id) == (DEMO_SECURITY_ID, DEMO_FLOW_ID)


def test_ids_left_empty_keep_the_stored_ones(credential, manager):
    credential.label = "Renamed"
    credentials.save(credential, by=manager)
    assert credentials.access_to(credential).security_id == DEMO_SECURITY_ID


@pytest.mark.parametrize("change", ["endpoint_url", "api_version"])
def test_another_endpoint_demands_the_ids_again(credential, manager, change, emulator):
    if change == "endpoint_url":
        credential.endpoint_url = "http://127.0.0.1:9/v2/pull"
        with pytest.raises(ValidationError, match="again"):
            credentials.save(credential, by=manager)
    else:
        credential.api_version, credential.endpoint_url = 1, emulator.url(1)
        credentials.save(credential, by=manager)
        assert credentials.access_to(credential).security_id == ""


@pytest.mark.parametrize(
    ("version", "security_id", "flow_id", "sentence"),
    [
        (1, "x" * 64, "", "Version 1 has no security ID"),
        (1, "", "FLOW0001", "Version 1 has no flow ID"),
        (2, "", "FLOW0001", "Version 2 needs the security ID"),
        (2, "x" * 64, "", "Version 2 needs the flow ID"),
        (2, "two words", "FLOW0001", "no spaces or line breaks"),
    ],
)
def test_ids_of_the_other_version_are_refused_with_a_sentence(
    team, emulator, version, security_id, flow_id, sentence
):
    new = Credential(
        team=team, label="new", endpoint_url=emulator.url(version), api_version=version
    )
    with pytest.raises(ValidationError, match=sentence):
        credentials.save(new, by=None, security_id=security_id, flow_id=flow_id)
    assert not Credential.objects.exists()


def test_a_private_endpoint_is_refused_unless_the_portal_allows_it(team, settings, emulator):
    settings.PULL_ALLOW_PRIVATE_ENDPOINTS = False
    new = Credential(team=team, label="new", endpoint_url=emulator.url(1), api_version=1)
    with pytest.raises(ValidationError) as refused:
        credentials.save(new, by=None)
    assert "endpoint_url" in refused.value.message_dict


def test_without_a_key_nothing_is_stored(team, settings, emulator):
    settings.CREDENTIAL_KEYS = []
    new = Credential(team=team, label="new", endpoint_url=emulator.url(2), api_version=2)
    with pytest.raises(ValidationError, match="CREDENTIAL_KEYS"):
        credentials.save(new, by=None, security_id="x" * 64, flow_id="FLOW0001")
    assert not Credential.objects.exists()


def test_the_test_says_in_words_that_it_works(credential, manager):
    ok, said = credentials.test(credential, by=manager)
    assert ok
    assert "It works" in said
    assert credential.last_test_ok is True


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("fault=code202", "security ID"),
        ("fault=code301", "flow ID"),
        ("fault=code401", "whitelist"),
        ("fault=html200", "web page"),
        ("fault=code999", "999"),
        ("fault=empty", ""),
    ],
)
def test_the_test_says_what_is_wrong(team, manager, make_credential, query, words):
    broken = make_credential(team, query=query)
    ok, said = credentials.test(broken, by=manager)
    assert not ok
    assert words.lower() in said.lower()
    assert said.endswith(".")
    assert DEMO_SECURITY_ID not in said


def test_a_test_that_works_lets_a_paused_credential_go_on(credential, manager):
    ledger.pause(credential, "Invalid security ID.")
    credentials.test(credential, by=manager)
    assert credential.state == Credential.State.ACTIVE


def test_a_retired_credential_forgets_its_ids_and_needs_idle_lookups(credential, look_up, manager):
    lookup = look_up(some_uuids(1)[0], credential)
    with pytest.raises(ValidationError, match="still running"):
        credentials.retire(credential, by=manager)
    ledger.cancel(lookup)
    credentials.retire(credential, by=manager)
    credential.refresh_from_db()
    assert (credential.state, credential.security_id_sealed) == ("retired", "")


def test_rotation_seals_under_the_newest_key_and_can_be_run_again(credential, settings):
    old = settings.CREDENTIAL_KEYS
    settings.CREDENTIAL_KEYS = [("t2", b"2" * 32), *old]
    assert credentials.rotate(by=None) == {"rotated": 1, "already": 0, "unreadable": 0}
    assert credentials.rotate(by=None) == {"rotated": 0, "already": 1, "unreadable": 0}
    settings.CREDENTIAL_KEYS = settings.CREDENTIAL_KEYS[:1]
    credential.refresh_from_db()
    assert credentials.access_to(credential).security_id == DEMO_SECURITY_ID


@pytest.mark.parametrize("keys", [[], [("t1", base64.b64decode("eHh4eA==") * 8)]])
def test_with_a_lost_key_the_work_pauses_with_a_sentence_and_nothing_is_sent(
    credential, look_up, work, settings, emulator, keys
):
    lookup = look_up(some_uuids(1)[0], credential)
    settings.CREDENTIAL_KEYS = keys
    before = emulator.log.requests
    work()
    credential.refresh_from_db()
    assert credential.state == Credential.State.PAUSED
    assert "cannot be opened" in credential.paused_reason
    assert lookup.items.filter(outcome="pending").count() == 1
    assert emulator.log.requests == before


def test_no_audit_event_holds_an_id(credential, manager):
    credentials.test(credential, by=manager)
    told = str(list(AuditEvent.objects.values()))
    assert "credential_saved" in told
    assert DEMO_SECURITY_ID not in told
    assert DEMO_FLOW_ID not in told


def test_of_two_who_change_it_at_once_the_second_is_told(credential, manager):
    mine = Credential.objects.get(pk=credential.pk)
    theirs = Credential.objects.get(pk=credential.pk)
    mine.max_concurrent = 2
    credentials.save(mine, by=manager)
    theirs.max_concurrent = 9
    with pytest.raises(ValidationError, match="Somebody else changed"):
        credentials.save(theirs, by=manager)
    assert Credential.objects.get().max_concurrent == 2


def test_a_save_writes_nothing_but_what_a_person_entered(credential, manager):
    stale = Credential.objects.get(pk=credential.pk)
    ids.seal_into(credential, {"security_id": "n" * 64})
    sealed_since = credential.security_id_sealed
    Credential.objects.update(security_id_sealed=sealed_since)
    stale.label = "Renamed"
    credentials.save(stale, by=manager)
    assert Credential.objects.get().security_id_sealed == sealed_since


def test_saving_mends_a_pause_and_forgets_a_learned_size(credential, manager):
    ledger.pause(credential, "Invalid security ID.")
    Credential.objects.update(learned_max_uuids=1)
    credential.refresh_from_db()
    credentials.save(credential, by=manager, security_id=DEMO_SECURITY_ID, flow_id=DEMO_FLOW_ID)
    credential.refresh_from_db()
    assert (credential.state, credential.batch_size) == (Credential.State.ACTIVE, 200)


def test_a_retired_credential_is_neither_saved_nor_tested_and_leaves_its_label(
    credential, manager, make_credential, team, emulator
):
    credentials.retire(credential, by=manager)
    credential.refresh_from_db()
    before = emulator.log.requests
    assert credentials.test(credential, by=manager) == (False, credentials.RETIRED)
    assert emulator.log.requests == before
    with pytest.raises(ValidationError, match="retired"):
        credentials.save(credential, by=manager, security_id=DEMO_SECURITY_ID, flow_id=DEMO_FLOW_ID)
    assert make_credential(team, label="Delay IVR").state == Credential.State.ACTIVE
