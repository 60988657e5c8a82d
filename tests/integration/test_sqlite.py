"""How the embedded database is set up."""

import pytest
from django.db import connection

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="this is about SQLite"),
]

FULL = 2


def pragma(name):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]


def test_what_is_committed_survives_a_power_cut_and_readers_never_wait():
    assert pragma("synchronous") == FULL
    assert pragma("journal_mode") == "wal"


def test_the_log_is_copied_out_seldom_and_stays_below_a_hundred_megabytes():
    assert 4_000 < pragma("wal_autocheckpoint") * pragma("page_size") / 1024 < 100_000
