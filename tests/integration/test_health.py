"""Pages for machines."""

import pytest
from django.test import Client
from django.utils import timezone

from lookups.models import User, Worker
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db


def test_livez_answers_anyone():
    assert Client().get("/livez").status_code == 200


def test_readyz_tells_whether_a_worker_is_there():
    assert Client().get("/readyz").json() == {"database": "ok", "worker": "none"}
    Worker.objects.create(name="one", started_at=timezone.now(), seen_at=timezone.now())
    assert Client().get("/readyz").json()["worker"] == "ok"


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
