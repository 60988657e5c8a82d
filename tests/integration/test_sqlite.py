"""How the embedded database is set up."""

import pytest
from django.db import connection

from tests.uuids import some_uuids

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


def test_many_rows_go_in_by_one_statement_as_after_each_other_threads_get_their_turn(
    look_up, credential
):
    inserts = []

    def heard(statement):
        if statement.startswith("INSERT INTO lookups_lookupitem"):
            inserts.append(statement)

    connection.ensure_connection()
    connection.connection.set_trace_callback(heard)
    try:
        lookup = look_up("\n".join(some_uuids(640)), credential)
    finally:
        connection.connection.set_trace_callback(None)
    assert lookup.items.count() == 640
    assert len(inserts) == 10


def test_the_log_is_copied_out_seldom_and_stays_below_a_hundred_megabytes():
    assert 4_000 < pragma("wal_autocheckpoint") * pragma("page_size") / 1024 < 100_000
