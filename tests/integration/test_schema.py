"""What the models state is what the database holds, no less and no more."""

import pytest
from django.db import IntegrityError, connection, transaction

from lookups.models import Attempt, Call, Fetch, LookupItem
from tests.integration.schema import another_database, create_tables, described
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db
NOWHERE = 10**9


def stated(name: str) -> set[str]:
    """The schema as the models alone would make it, without any migration."""
    with another_database(name):
        create_tables()
        return described()


def test_models_and_migrations_make_the_same_schema(elsewhere):
    held, meant = described(), stated(elsewhere)
    assert sorted(held - meant) == [], "the database holds what no model states"
    assert sorted(meant - held) == [], "a model states what the database does not hold"


def test_what_is_lost_or_added_behind_the_models_is_seen(elsewhere):
    meant = stated(elsewhere)
    for statement in PLANTED[connection.vendor]:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement)
            assert described() != meant, statement
            transaction.set_rollback(True)
    assert described() == meant


def test_a_reference_that_a_model_lets_go_of_is_seen(elsewhere, monkeypatch):
    monkeypatch.setattr(Call._meta.get_field("team"), "db_constraint", False)
    [lost] = described() - stated(elsewhere)
    assert "FOREIGN KEY (team_id)" in lost or '"team_id" bigint NOT NULL REFERENCES' in lost


PLANTED = {
    "postgresql": [
        "ALTER TABLE lookups_call DROP CONSTRAINT one_call_per_uuid",
        "ALTER TABLE lookups_fetch DROP CONSTRAINT only_a_claim_has_a_lease",
        "ALTER TABLE lookups_lookup ALTER nonce DROP NOT NULL",
        "DROP INDEX call_newest",
        "CREATE INDEX nobody_reads_it ON lookups_call (raw)",
        """DO $$ DECLARE name text; BEGIN
        SELECT conname INTO name FROM pg_constraint
        WHERE conrelid = 'lookups_attempt'::regclass AND contype = 'f';
        EXECUTE 'ALTER TABLE lookups_attempt DROP CONSTRAINT ' || name; END $$""",
    ],
    "sqlite": [
        "DROP INDEX call_newest",
        "DROP INDEX one_unique_item_per_uuid",
        "CREATE INDEX nobody_reads_it ON lookups_call (raw)",
        "ALTER TABLE lookups_call ADD COLUMN more text",
        "ALTER TABLE lookups_call RENAME COLUMN raw TO cooked",
    ],
}


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (Attempt, "call"),
        (Call, "team"),
        (Call, "credential"),
        (LookupItem, "lookup"),
        (LookupItem, "fetch"),
        (LookupItem, "call"),
        (Fetch, "lookup"),
    ],
)
def test_the_database_itself_holds_rows_to_what_they_refer_to(
    look_up, credential, work, model, name
):
    look_up("\n".join(some_uuids(6)), credential)
    work()
    with pytest.raises(IntegrityError):
        send_astray(model.objects.filter(pk=model.objects.first().pk), name)


@transaction.atomic
def send_astray(rows, name):
    rows.update(**{name: NOWHERE})
    connection.check_constraints()
