"""How PostgreSQL is asked, so that it answers as fast the minute a table has grown."""

import json

import pytest
from django.db import connection

from lookups.models import Call
from lookups.models.item import ItemRow, insert_items
from tests.integration.builders import a_call, a_team
from tests.uuids import some_uuids

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="this is about PostgreSQL"),
]

MANY = 3_000


@pytest.fixture
def grown():
    """A team with many calls, of which the planner knows nothing yet as a rule."""
    team = a_team()
    like = a_call(team)
    Call.objects.bulk_create(
        Call(
            team=team,
            uuid=uuid,
            credential=like.credential,
            outcome=like.outcome,
            listed_at=like.listed_at,
            fetched_at=like.fetched_at,
            first_fetched_at=like.first_fetched_at,
        )
        for uuid in some_uuids(MANY, seed=77)
    )
    return team


def rows_read(calls):
    """The rows that the step of the plan which reads most has read."""
    plan = json.loads(calls.explain(analyze=True, format="json"))
    return max(rows_of_each_step(plan[0]["Plan"]))


def rows_of_each_step(step):
    read = step["Actual Rows"] + step.get("Rows Removed by Filter", 0)
    yield read * step["Actual Loops"]
    for inner in step.get("Plans", ()):
        yield from rows_of_each_step(inner)


def test_calls_are_looked_up_by_their_uuids_and_not_among_all_of_the_team(grown):
    asked = some_uuids(200, seed=77)
    assert rows_read(Call.objects.of_uuids(grown.pk, asked)) <= len(asked)


def test_what_is_copied_is_what_was_given(look_up, credential):
    lookup = look_up(some_uuids(1)[0], credential)
    every = "".join(map(chr, range(1, 256)))
    texts = [every[:128], every[128:], "\\N", "", "\\.", "a\tb\nc\r\\t"]
    row = ItemRow(
        lookup.pk, 0, 1, "blank", "", "", "", None, "{}", "", reason="", fetch_id=None, call_id=None
    )
    insert_items(row._replace(position=n, text=text) for n, text in enumerate(texts, 2))
    assert list(lookup.items.order_by("position").values_list("text", flat=True))[1:] == texts


def test_statements_are_not_compiled_as_that_takes_longer_than_running_them():
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_what_was_uploaded_is_not_packed_as_that_takes_longer_than_keeping_it():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attstorage FROM pg_attribute "
            "WHERE attrelid = 'lookups_uploadpiece'::regclass AND attname = 'data'"
        )
        # External: outside of the row, and as it came.
        assert cursor.fetchone() == ("e",)
