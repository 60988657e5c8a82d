"""Migrations on tables that are filled: forth, back, and over what should not be there."""

from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.core.management import CommandError
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

from lookups.migrations import _tables
from lookups.models import Attempt, Call, Fetch, Lookup, LookupItem, User
from tests.integration.builders import a_call, a_lookup, a_team, a_user, an_attempt
from tests.integration.schema import another_database, create_tables, described

pytestmark = pytest.mark.django_db
NOWHERE = 10**9
UNCHECKED, HELD, NONCES = (
    "0010_attempts_of_proved_calls",
    "0012_references_held",
    "0013_nonces_of_a_person",
)


@pytest.fixture
def filled(elsewhere):
    """Another database, with a lookup of three calls that have an attempt each."""
    with another_database(elsewhere):
        create_tables()
        recorder = MigrationExecutor(connection).recorder
        recorder.ensure_schema()
        for app, name in MigrationExecutor(connection).loader.graph.nodes:
            recorder.record_applied(app, name)
        team = a_team()
        calls = [a_call(team) for _ in range(3)]
        for call in calls:
            an_attempt(call)
        lookup = a_lookup(team, [{"call": call, "outcome": "found"} for call in calls])
        fetch = Fetch.objects.create(
            team=team, lookup=lookup, credential=lookup.credential, uuid_count=3, lookup_requests=1
        )
        lookup.items.update(fetch=fetch)
        yield lookup


def migrate(name=None):
    """The models as the migration of that name, or the newest, leaves them."""
    executor = MigrationExecutor(connection)
    [newest] = executor.loader.graph.leaf_nodes("lookups")
    executor.migrate([("lookups", name) if name else newest])
    return executor.loader.project_state(("lookups", name) if name else newest).apps


@contextmanager
def unwatched():
    """Nothing holds rows to what they refer to, as in a database that lost its references."""
    apps = migrate(UNCHECKED)
    if connection.vendor == "sqlite":
        # What Django does to a table at its next change, if the model says nothing of a reference.
        with connection.schema_editor() as editor:
            for name in ("Call", "LookupItem", "Attempt"):
                editor._remake_table(apps.get_model("lookups", name))
    yield


def references_held():
    """The five, of those that the database has."""
    with connection.cursor() as cursor:
        return {
            f"{model.__name__}.{column}"
            for model in (Call, LookupItem, Attempt)
            for column in connection.introspection.get_relations(cursor, model._meta.db_table)
        } & {
            "Call.team_id", "Call.credential_id", "LookupItem.lookup_id", "LookupItem.fetch_id",
            "Attempt.call_id",
        }  # fmt: skip


def test_references_are_held_again_and_nothing_else_changes(filled):
    before, rows = described(), list(LookupItem.objects.values_list())
    with unwatched():
        assert references_held() == set()
        assert described() != before
        migrate()
    assert references_held() >= {"Call.team_id", "Attempt.call_id"}
    assert described() == before
    assert list(LookupItem.objects.values_list()) == rows
    with unwatched():
        migrate()
    assert described() == before
    assert Attempt.objects.count() == Call.objects.count() == 3


def test_rows_that_lost_what_they_refer_to_go_the_way_of_their_rule(filled, capsys):
    with unwatched():
        first, second, third = LookupItem.objects.order_by("pk")
        astray(Attempt.objects.filter(call=first.call_id), "call")
        astray(LookupItem.objects.filter(pk=first.pk), "lookup")
        astray(LookupItem.objects.filter(pk=second.pk), "fetch")
        capsys.readouterr()
        migrate()
    assert set(filled.items.values_list("pk", "fetch")) == {
        (second.pk, None),
        (third.pk, third.fetch_id),
    }
    assert Attempt.objects.count() == 2
    told = capsys.readouterr().err
    assert "lookups_attempt: 1 rows whose call_id is no lookups_call were deleted." in told
    assert "lookups_lookupitem: 1 rows whose fetch_id is no lookups_fetch were cleared." in told


def test_a_call_that_lost_its_credential_is_named_and_nothing_is_changed(filled):
    with unwatched():
        # Of a table that is older than the model.
        call = Call.objects.only("pk", "credential").first()
        was = call.credential_id
        astray(Call.objects.filter(pk=call.pk), "credential")
        astray(Attempt.objects.filter(call=call), "call")
        with pytest.raises(CommandError, match=f"row {call.pk} has {NOWHERE}.*run migrate again"):
            migrate()
        if connection.vendor == "sqlite":
            connection.enable_constraint_checking()
        assert Attempt.objects.count() == 3
        assert references_held() == set()
        Call.objects.filter(pk=call.pk).update(credential=was)
        migrate()
    assert Attempt.objects.count() == 2


def test_a_table_of_many_rows_says_how_far_it_is(filled, monkeypatch, capsys):
    monkeypatch.setattr(_tables, "STEP", 2)
    with unwatched():
        capsys.readouterr()
        migrate()
    told = capsys.readouterr().err
    done = "copied" if connection.vendor == "sqlite" else "credential_id looked through"
    assert f"lookups_call: {done}, 66 %" in told
    assert f"lookups_call: {done}, 100 %" in told
    assert Call.objects.count() == Attempt.objects.count() == LookupItem.objects.count() == 3


def test_on_the_way_back_lookups_with_one_nonce_get_their_own(filled):
    nonce = uuid4()
    twin = a_lookup(filled.team, asked_by=a_user(), nonce=nonce)
    Lookup.objects.filter(pk=filled.pk).update(nonce=nonce)
    migrate(HELD)
    nonces = dict(Lookup.objects.values_list("pk", "nonce"))
    assert nonces[filled.pk] == nonce != nonces[twin.pk]
    migrate()
    assert dict(Lookup.objects.values_list("pk", "nonce")) == nonces


def test_two_accounts_that_differ_by_case_are_named_and_nothing_is_changed(filled):
    migrate(NONCES)
    for name in ("Asha", "asha", "Zoya"):
        a_user(name)
    with pytest.raises(
        CommandError, match=r"these do: “Asha” and “asha”\..*then run migrate again"
    ):
        migrate()
    assert User.objects.filter(username__iexact="asha").count() == 2
    User.objects.filter(username="Asha").update(username="Asha.2")
    migrate()
    migrate(NONCES)
    migrate()


def astray(rows: models.QuerySet, name: str) -> None:
    """Lets them refer to nothing. SQLite looks at each reference that is left, so not at once."""
    if connection.vendor == "sqlite":
        connection.disable_constraint_checking()
    with transaction.atomic():
        rows.update(**{name: NOWHERE})
