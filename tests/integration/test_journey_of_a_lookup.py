"""From pasted text to recorded attempts, through a real HTTP request to the emulator."""

import pytest

from lookups.lifecycle import progress
from lookups.models import Attempt, Call, LookupItem
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db


def test_every_entry_is_accounted_for_and_every_call_recorded(look_up, credential, work):
    uuids = some_uuids(450)
    lookup = look_up("\n".join([*uuids, uuids[3], "", "nothing here", uuids[0][:-1]]), credential)

    work()

    lookup.refresh_from_db()
    facts = progress.as_json(lookup)
    assert facts["status"] == "done"
    assert (facts["entries"], facts["unique"], facts["duplicates"]) == (454, 450, 1)
    assert (facts["rejected"], facts["blank"]) == (2, 1)
    assert facts["found"] + facts["not_found"] == 450
    assert facts["requests"] == 3
    assert Call.objects.count() == facts["found"] > 400
    assert Attempt.objects.count() == facts["attempts"] > facts["found"]


def test_results_stand_in_pasted_order(look_up, credential, work):
    uuids = some_uuids(30)
    lookup = look_up("\n".join(uuids), credential)
    work()
    assert list(lookup.items.order_by("position").values_list("uuid", flat=True)) == uuids


def test_looking_up_again_reuses_calls_that_are_final(look_up, credential, work):
    uuids = some_uuids(40)
    look_up("\n".join(uuids), credential)
    work()
    again = look_up("\n".join(uuids), credential)
    final = Call.objects.filter(is_final=True).count()
    assert again.items.filter(outcome=LookupItem.Outcome.FOUND).count() == final > 30
    assert again.items.filter(outcome=LookupItem.Outcome.PENDING).count() == 40 - final


def test_refresh_asks_again_for_calls_that_are_final(look_up, credential, work):
    uuids = some_uuids(40)
    look_up("\n".join(uuids), credential)
    work()
    again = look_up("\n".join(uuids), credential, refresh=True)
    assert again.items.filter(outcome=LookupItem.Outcome.PENDING).count() == 40
