"""How long a worker rests, and when it calls another. On each database."""

import subprocess
import sys
from datetime import timedelta

from django.utils import timezone

from lookups import ledger, wake
from lookups.models import Credential, Fetch
from lookups.worker.process import runner_for_all
from tests import processes
from tests.uuids import some_uuids


def test_a_worker_with_its_hands_full_calls_another_but_not_at_every_turn(
    db, look_up, team, make_credential, monkeypatch
):
    called = []
    monkeypatch.setattr(wake, "workers", lambda: called.append(1))
    narrow = make_credential(team, label="narrow", max_uuids=1)
    look_up("\n".join(some_uuids(12)), narrow)
    called.clear()
    runner_for_all("busy", concurrency=1).run_until_idle()
    assert 1 <= len(called) < 6


def test_a_worker_knows_when_the_next_request_is_due(db, look_up, credential):
    assert ledger.due_in(at_most=60) == 60
    look_up("\n".join(some_uuids(3)), credential)
    now = timezone.now()
    Fetch.objects.update(not_before=now + timedelta(seconds=20))
    assert 19 < ledger.due_in(at_most=60) <= 20
    Credential.objects.update(next_slot_at=now + timedelta(seconds=30))
    assert 29 < ledger.due_in(at_most=60) <= 30
    assert ledger.due_in(at_most=1) == 1

    # Just come: it may have come between the look and this question.
    Fetch.objects.update(not_before=now)
    Credential.objects.update(next_slot_at=now)
    assert ledger.due_in(at_most=60) <= 0
    # It is due for longer, and so another worker's requests are in the way.
    Fetch.objects.update(not_before=now - timedelta(seconds=5))
    Credential.objects.update(
        next_slot_at=now - timedelta(seconds=5), open_until=now - timedelta(seconds=5)
    )
    assert ledger.due_in(at_most=60) == 60
    Fetch.objects.update(not_before=now + timedelta(seconds=20))
    Credential.objects.update(state=Credential.State.PAUSED)
    assert ledger.due_in(at_most=60) == 60


def test_the_embedded_portal_loads_nothing_of_procrastinate(tmp_path):
    code = (
        "import sys, django; django.setup(); "
        "from lookups import views, wake; "
        "from lookups.views import forms; "
        "from lookups.worker import process; "
        "wake.workers(); "
        "print(wake.is_distributed(), [m for m in sys.modules if m.startswith('procrastinate')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=processes.ROOT, capture_output=True, text=True,
        env=processes.environment(DATABASE_URL=f"sqlite:///{tmp_path}/portal.sqlite3"),
    )  # fmt: skip
    assert done.stdout.strip() == "False []", done.stderr
