"""Who writes items, calls and attempts finds out by itself that what they refer to is gone.

The database would refuse them as well, but only at the commit, and with everything beside them.
"""

import pytest

from lookups import ledger
from lookups.lifecycle import placing
from lookups.models import Attempt, Call, Fetch, Lookup, LookupItem
from lookups.pull import AttemptRecord
from tests.integration.claimed import answered, claim_one, settle
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db


@pytest.fixture
def lookup(look_up, credential):
    return look_up("\n".join(some_uuids(6)), credential)


@pytest.fixture
def half_placed(look_up, credential, monkeypatch):
    monkeypatch.setattr(placing, "CHUNK", 6)
    return look_up("\n".join(some_uuids(20)), credential)


def test_a_lookup_that_was_deleted_gets_no_more_items(half_placed):
    late = Lookup.objects.get(pk=half_placed.pk)
    chunk = list(placing.entries_after(late))[:6]
    Lookup.objects.all().delete()
    with pytest.raises(placing.Overtaken):
        placing.place(late, chunk)
    assert not LookupItem.objects.exists()
    assert not Fetch.objects.exists()


def test_a_reply_to_a_request_that_was_deleted_leaves_no_calls(lookup):
    fetch = claim_one()
    reply = answered(fetch)
    Lookup.objects.all().delete()
    with pytest.raises(ledger.Fenced):
        settle(fetch, reply)
    assert not Call.objects.exists()


def test_a_reply_about_calls_that_were_deleted_brings_them_with_their_attempts(lookup, look_up):
    fetch = claim_one()
    reply = answered(fetch)
    for call in reply.calls.values():
        call.attempts.append(AttemptRecord(key="id:1"))
    settle(fetch, reply)
    look_up("\n".join(some_uuids(6)), lookup.credential, refresh=True)
    again = claim_one()
    LookupItem.objects.update(call=None)
    Call.objects.all().delete()
    assert not Attempt.objects.exists()
    settle(again, reply)
    assert Attempt.objects.filter(call__in=Call.objects.all()).count() == 6
    assert Attempt.objects.count() == 6
