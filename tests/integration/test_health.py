"""Pages for machines."""

import errno
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from lookups.models import User, Worker
from lookups.readiness import MARK, Readiness
from lookups.views import health
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db


def test_livez_answers_anyone():
    assert Client().get("/livez").status_code == 200


def test_readyz_tells_whether_a_worker_is_there():
    assert Client().get("/readyz").json() == {"database": "ok", "worker": "none"}
    Worker.objects.create(name="one", started_at=timezone.now(), seen_at=timezone.now())
    assert Client().get("/readyz").json()["worker"] == "ok"


@pytest.fixture
def readiness(monkeypatch) -> Readiness:
    """That of the page, with nothing found yet."""
    fresh = Readiness()
    monkeypatch.setattr(health, "_readiness", fresh)
    return fresh


def test_readyz_writes_to_the_database(readiness):
    Client().get("/readyz")
    assert Session.objects.filter(pk=MARK, expire_date__lt=timezone.now()).exists()


def test_readyz_says_when_the_database_takes_no_writes(readiness):
    def refuse(execute: Any, sql: str, *rest: Any) -> Any:
        if not sql.startswith("SELECT"):
            raise OperationalError("database or disk is full")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": "cannot write"})


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's disk is its own")
def test_readyz_says_when_the_disk_has_no_room(readiness, monkeypatch):
    def no_room(*_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", no_room)
    assert Client().get("/readyz").status_code == 503


def test_readyz_asks_the_disk_once_a_second_at_most(readiness, django_assert_num_queries):
    Client().get("/readyz")
    with django_assert_num_queries(1):
        Client().get("/readyz")


def test_metrics_need_the_token_or_a_superuser(settings, agent, signed_in, look_up, credential):
    look_up(some_uuids(1)[0], credential)
    assert Client().get("/metrics").status_code == 403
    assert signed_in(agent).get("/metrics").status_code == 403
    assert signed_in(User.objects.create_superuser("boss")).get("/metrics").status_code == 200
    settings.METRICS_TOKEN = "let-me-in"
    assert Client().get("/metrics", headers={"authorization": "Bearer no"}).status_code == 403
    page = Client().get("/metrics", headers={"authorization": "Bearer let-me-in"}).content.decode()
    assert 'phonon_portal_requests{state="queued"} 1' in page


def test_without_a_token_an_empty_one_opens_nothing(settings):
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", headers={"authorization": "Bearer "}).status_code == 403
