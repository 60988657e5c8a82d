"""What items and calls refer to is there, also where PostgreSQL does not look for itself.

A check for every item and every call takes a tenth of its server's time. Those that are left out
are proved by the transaction that writes the row; each proof stands here.
"""

import pytest
from django.db import IntegrityError, connection, transaction

from lookups import ledger, placing
from lookups.models import Attempt, Call, Fetch, Lookup, LookupItem
from tests.integration.test_ledger import answered, claim_one, settle
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db
NOWHERE = 10**9


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


def test_the_database_itself_holds_items_and_attempts_to_their_calls(lookup, work):
    work()
    call = Call.objects.exclude(attempts=None).first()
    for model in (Attempt, LookupItem):
        with pytest.raises(IntegrityError):
            send_astray(model.objects.filter(call=call))


@transaction.atomic
def send_astray(rows):
    rows.update(call=NOWHERE)
    connection.check_constraints()
