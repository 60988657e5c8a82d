import pytest
from django.db import connection

from lookups.lifecycle import watching
from lookups.models import Lookup
from tests.integration.watches import FINAL, OPEN, fresh


@pytest.fixture
def elsewhere(db, tmp_path):
    """The name of a database that is not there, for `schema.another_database`."""
    if connection.vendor == "sqlite":
        return str(tmp_path / "another.sqlite3")
    return f"{connection.settings_dict['NAME']}_another"


@pytest.fixture
def watch(look_up, credential, work, agent):
    """A lookup of this text that has ended and is watched."""

    def make(text: str = "\n".join([*OPEN, FINAL]), using=credential, by=agent) -> Lookup:
        lookup = look_up(text, using)
        work()
        watching.start(lookup, by=by)
        return fresh(lookup)

    return make
