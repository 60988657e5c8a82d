import pytest
from django.db import connection


@pytest.fixture
def elsewhere(db, tmp_path):
    """The name of a database that is not there, for `schema.another_database`."""
    if connection.vendor == "sqlite":
        return str(tmp_path / "another.sqlite3")
    return f"{connection.settings_dict['NAME']}_another"
