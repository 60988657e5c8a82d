"""A form that is sent twice is one lookup, whoever sends it and however often."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lookups import lifecycle, people
from lookups.lifecycle import uploads
from lookups.models import Lookup
from tests.faults.forms import lookup_form
from tests.faults.together import at_once, meet_after
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_form_of_another_person_is_a_lookup_of_their_own(
    credential, agent, manager, signed_in
):
    form = lookup_form(credential)
    pages = [signed_in(who).post("/", form) for who in (agent, manager, agent, manager)]
    assert [page.status_code for page in pages] == [302] * 4
    assert pages[0].url == pages[2].url != pages[1].url == pages[3].url
    assert {one.asked_by for one in Lookup.objects.all()} == {agent, manager}


def test_the_same_form_sent_fifty_times_at_once_is_one_lookup_each_person(
    credential, agent, manager, signed_in
):
    form = lookup_form(credential)
    clients = [signed_in(agent), signed_in(manager)]
    # Clients keep no state that these requests change.
    pages = at_once(lambda n: clients[n % 2].post("/", form), 50)
    assert {page.status_code for page in pages} == {302}
    assert [len({page.url for page in pages[who::2]}) for who in (0, 1)] == [1, 1]
    assert Lookup.objects.count() == 2


def test_a_nonce_of_one_team_may_come_from_another(credential, make_credential, other_team, agent):
    people.add_member(other_team, username=agent.username, role="agent", by=None)
    nonce, text = uuid4(), "\n".join(some_uuids(2))
    for one in (credential, make_credential(other_team)):
        lifecycle.submit(uploads.pasted(text), lifecycle.Asked(one, agent, nonce=nonce))
    assert Lookup.objects.filter(nonce=nonce).count() == 2


@pytest.mark.parametrize("are_the_same", [True, False])
def test_two_forms_with_one_file_at_once_are_one_lookup_and_a_sentence(
    credential, agent, signed_in, monkeypatch, are_the_same
):
    text = "\n".join(some_uuids(5)).encode()
    upload = uploads.keep(
        uploads.Material("a.txt", SimpleUploadedFile("a.txt", text)), team=credential.team, by=agent
    )
    forms = [lookup_form(credential, upload=upload.pk, text="") for _ in range(2)]
    if are_the_same:
        forms[1] = forms[0]
    meet_after(monkeypatch, uploads, "material_of", times=2)
    pages = at_once(lambda n: signed_in(agent).post("/", forms[n]), 2)
    assert Lookup.objects.count() == 1
    if are_the_same:
        assert [page.url for page in pages] == [Lookup.objects.get().get_absolute_url()] * 2
    else:
        assert sorted(page.status_code for page in pages) == [302, 422]
        told = next(page.content.decode() for page in pages if page.status_code == 422)
        assert lifecycle.FILE_TAKEN in told or uploads.GONE in told
