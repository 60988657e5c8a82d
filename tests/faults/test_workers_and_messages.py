"""A message wakes a worker, whatever happens to the message, the worker or its connection."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from django.db import connection

from lookups import wake
from lookups.models import Fetch, Lookup, Worker
from lookups.wake import THERE_IS_WORK
from lookups.worker import listening
from tests import messages, processes
from tests.processes import wait_until
from tests.uuids import some_uuids

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="messages need PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]

# A worker that looks at the ledger by itself once in five minutes only, so that what it does
# sooner it does because of a message.
PATIENT_WORKER = """
import django
django.setup()
from django.core.management import call_command
from lookups.worker import process
process.LOOK_SECONDS = 300
call_command("run_worker", concurrency=4)
"""


@pytest.fixture
def patient_worker(transactional_db: None) -> Iterator[subprocess.Popen[bytes]]:
    wait_until(lambda: not messages.listeners())
    messages.forget()
    worker = subprocess.Popen(
        [sys.executable, "-c", PATIENT_WORKER], cwd=processes.ROOT, env=processes.environment()
    )
    wait_until(lambda: Worker.objects.exists() and messages.listeners())
    yield worker
    worker.kill()
    worker.wait()


def ended(lookup: Lookup) -> bool:
    return not Lookup.objects.running().filter(pk=lookup.pk).exists()


def test_a_message_and_nothing_else_wakes_a_worker_that_rests(
    patient_worker, look_up, credential, monkeypatch
):
    with monkeypatch.context() as silence:
        silence.setattr("lookups.wake._post", lambda: None)
        lookup = look_up("\n".join(some_uuids(5)), credential)
        with pytest.raises(AssertionError):
            wait_until(lambda: ended(lookup), seconds=2)
    wake.workers()
    wait_until(lambda: ended(lookup), seconds=20)
    wait_until(lambda: messages.waiting() + messages.held() == 0)


def test_every_submission_wakes_it_again(patient_worker, look_up, credential):
    for seed in range(5):
        lookup = look_up("\n".join(some_uuids(5, seed=seed)), credential)
        wait_until(lambda lookup=lookup: ended(lookup), seconds=20)


def test_a_worker_that_was_just_woken_leaves_the_next_message_to_another(
    transactional_db, monkeypatch
):
    # Long enough for the second message to come meanwhile.
    monkeypatch.setattr(listening, "LEFT_TO_OTHERS_SECONDS", 3)
    wait_until(lambda: not messages.listeners())
    messages.forget()
    one, other = threading.Event(), threading.Event()
    with listening.listening(one), listening.listening(other):
        wait_until(lambda: len(messages.listeners()) == 2)
        wake.workers()
        wait_until(lambda: one.is_set() or other.is_set())
        wake.workers()
        wait_until(lambda: messages.held() == 2, seconds=10)
        assert one.is_set()
        assert other.is_set()


def test_requests_that_wait_for_their_turn_need_no_message(
    patient_worker, look_up, team, make_credential
):
    rated = make_credential(team, label="rated", max_uuids=1, requests_per_minute=600)
    lookup = look_up("\n".join(some_uuids(8)), rated)
    wait_until(lambda: ended(lookup), seconds=20)


def test_a_worker_whose_listening_connection_is_cut_listens_again(
    patient_worker, look_up, credential
):
    cut = messages.listeners()
    for pid in cut:
        messages.ask("SELECT pg_terminate_backend(%s)", pid)
    wait_until(lambda: messages.listeners() - cut)
    lookup = look_up("\n".join(some_uuids(5)), credential)
    wait_until(lambda: ended(lookup), seconds=20)


def test_a_worker_that_loses_all_connections_starts_to_listen_anew(
    patient_worker, look_up, credential
):
    cut = messages.listeners()
    messages.ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    wait_until(lambda: messages.listeners() - cut)
    # Its own connection is gone too: the first message tells it so, the second is heard.
    lookup = look_up("\n".join(some_uuids(5)), credential)

    def has_ended_after_another_message() -> bool:
        wake.workers()
        return ended(lookup)

    wait_until(has_ended_after_another_message, seconds=20)


@pytest.fixture
def held_by_the_dead(transactional_db: None) -> None:
    """A message that was taken by a worker which has shown no sign of life for an hour."""
    messages.forget()
    [(dead,)] = messages.ask(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') "
        "RETURNING id"
    )
    wake.workers()
    messages.ask(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE task_name = %s",
        dead, THERE_IS_WORK,
    )  # fmt: skip


def test_a_message_that_a_dead_worker_held_is_read_by_another(held_by_the_dead, start_worker):
    assert (messages.waiting(), messages.held()) == (0, 1)
    start_worker()
    wait_until(lambda: messages.waiting() + messages.held() == 0)


def test_one_that_a_dead_worker_held_is_dropped_where_another_waits(held_by_the_dead, start_worker):
    wake.workers()
    messages.ask(
        "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour' "
        "WHERE status = 'todo'"
    )
    assert (messages.waiting(), messages.held()) == (1, 1)
    start_worker()
    wait_until(lambda: messages.held() == 0)
    assert messages.waiting() == 1


def test_a_worker_told_to_stop_says_that_it_listens_no_longer(start_worker):
    messages.forget()
    worker = start_worker()
    wait_until(lambda: messages.listeners())
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
    assert messages.ask("SELECT count(*) FROM procrastinate_workers") == [(0,)]
    assert not Fetch.objects.filter(state=Fetch.State.CLAIMED).exists()
