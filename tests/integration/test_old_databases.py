"""A database that was made by an earlier text of a migration becomes what a new one is."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lookups.models import Attempt, Call, Credential, Lookup
from tests.integration.old_migrations import OLD, as_of
from tests.integration.schema import another_database, described

pytestmark = pytest.mark.django_db
THAT_DAY = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def migrate(name: str | None = None):
    """The models as they are after the migration of that name, or after the newest."""
    executor = MigrationExecutor(connection)
    [newest] = executor.loader.graph.leaf_nodes("lookups")
    target = ("lookups", name) if name else newest
    return executor.migrate([target]).apps


def fill(apps) -> None:
    """One row of each table that the first migration makes, as if it was made on that day."""
    team = apps.get_model("lookups", "Team").objects.create(slug="delays", name="Delays")
    user = apps.get_model("lookups", "User").objects.create(username="asha")
    facts = {"team": team, "created_at": THAT_DAY}
    Credential, Lookup = (apps.get_model("lookups", name) for name in ("Credential", "Lookup"))
    credential = Credential.objects.create(
        label="Delay IVR", endpoint_url="https://example.test/pull", **facts
    )
    facts["credential"] = credential
    lookup = Lookup.objects.create(
        asked_by=user,
        nonce=uuid4(),
        entries=1,
        unique=1,
        duplicates=0,
        rejected=0,
        blank=0,
        **facts,
    )
    fetch = apps.get_model("lookups", "Fetch").objects.create(
        lookup=lookup, uuid_count=1, lookup_requests=1, **facts
    )
    times = dict.fromkeys(["fetched_at", "first_fetched_at", "listed_at"], THAT_DAY)
    call = apps.get_model("lookups", "Call").objects.create(
        team=team, credential=credential, fetch=fetch, uuid=str(uuid4()), outcome="busy", **times
    )
    apps.get_model("lookups", "Attempt").objects.create(
        team=team, call=call, key="id:1", number=1, outcome="busy", fetched_at=THAT_DAY
    )
    apps.get_model("lookups", "LookupItem").objects.create(
        lookup=lookup, position=1, line=1, kind="unique", outcome="found", text=call.uuid,
        uuid=call.uuid, fetch=fetch, call=call,
    )  # fmt: skip
    apps.get_model("lookups", "Member").objects.create(team=team, user=user)
    for model, later in ((Credential, "mended_at"), (Lookup, "started_at")):
        if hasattr(model, later):
            model.objects.update(**{later: THAT_DAY})


@pytest.mark.parametrize("commit", OLD)
def test_a_database_of_an_earlier_text_gets_the_schema_and_keeps_its_rows(
    commit, elsewhere, tmp_path
):
    newest = described()
    with another_database(elsewhere):
        with as_of(commit, tmp_path) as name:
            fill(migrate(name))
        migrate()
        assert sorted(described() ^ newest) == []
        credential, lookup = Credential.objects.get(), Lookup.objects.get()
        assert (credential.label, credential.version) == ("Delay IVR", 1)
        assert credential.mended_at == credential.created_at == THAT_DAY
        assert lookup.started_at == lookup.created_at == THAT_DAY
        assert lookup.items.get().call == Call.objects.get()
        assert Attempt.objects.get().call.outcome == "busy"
