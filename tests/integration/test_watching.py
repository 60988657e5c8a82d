"""The change watch: open calls are asked for again at growing intervals."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import Q
from django.utils import timezone

from lookups import credentials, ledger, lifecycle
from lookups.emulator import MOVING, NOT_FOUND, reserved_uuid
from lookups.lifecycle import Refused, watching
from lookups.lifecycle.progress import progress_of
from lookups.models import AuditEvent, Call, Lookup
from tests.integration.watches import FINAL, OPEN, asked_uuids, fresh, look

pytestmark = pytest.mark.django_db


def test_the_rounds_come_at_growing_intervals_up_to_a_day(watch, work):
    lookup = watch()
    now, waits = timezone.now(), []
    for _ in range(8):
        waits.append(round((lookup.next_watch_at - now).total_seconds() / 60))
        now = lookup.next_watch_at
        lookup = look(lookup, work)
    assert waits == [5, 15, 45, 135, 405, 1215, 1440, 1440]
    assert lookup.watch_rounds == 8


def test_nothing_is_asked_before_it_is_due(watch):
    lookup = watch()
    assert watching.ask_due(lookup.next_watch_at - timedelta(seconds=1)) == 0
    assert watching.ask_due(lookup.next_watch_at) == 1


def test_a_worker_begins_the_round_by_itself(watch, work, emulator):
    lookup = watch()
    Lookup.objects.update(next_watch_at=timezone.now())
    before = emulator.log.uuids
    work()
    assert emulator.log.uuids - before == 3
    assert fresh(lookup).watch_rounds == 1


def test_a_call_that_is_final_is_never_asked_for_again(watch, work, emulator):
    lookup = watch()
    assert asked_uuids(emulator, lookup, work) == 3
    assert asked_uuids(emulator, lookup, work) == 3


def test_a_watch_that_asks_for_final_calls_would_be_found(watch, work, emulator, monkeypatch):
    lookup = watch()
    monkeypatch.setattr(watching, "STILL_OPEN", Q())
    assert asked_uuids(emulator, lookup, work) == 4


def test_what_was_not_found_is_asked_for_again(watch, work, emulator):
    assert asked_uuids(emulator, watch(reserved_uuid(NOT_FOUND)), work) == 1


def test_what_a_round_failed_on_is_asked_for_again_by_the_next(watch, work, emulator):
    lookup = watch(reserved_uuid(NOT_FOUND))
    emulator.settings.fault = "500"
    try:
        lookup = look(lookup, work)
    finally:
        emulator.settings.fault = ""
    assert progress_of(lookup).failed == 1
    lookup.credential.open_until = timezone.now()
    lookup.credential.failures_in_a_row = 0
    lookup.credential.save()
    assert asked_uuids(emulator, lookup, work) == 1
    assert progress_of(lookup).not_found == 1


def test_the_watch_ends_by_itself_once_every_call_is_final(watch, work):
    lookup = watch(reserved_uuid(MOVING, 1))
    lookup = look(lookup, work)
    assert lookup.watches
    lookup = look(lookup, work)
    assert Call.objects.get().is_final
    watching.ask_due()
    lookup = fresh(lookup)
    assert not lookup.watches
    assert (lookup.watch_said, lookup.watch_rounds) == (watching.NOTHING_OPEN, 2)


def test_the_watch_ends_after_two_weeks(watch, work):
    lookup = watch()
    Lookup.objects.update(watch_rounds=20, next_watch_at=lookup.watch_until - timedelta(hours=1))
    lookup = look(lookup, work)
    assert lookup.next_watch_at == lookup.watch_until
    lookup = look(lookup, work)
    assert (lookup.watches, lookup.watch_said) == (False, watching.TOO_LONG)


def test_the_watch_of_a_lookup_without_open_calls_is_over_at_once(watch):
    lookup = watch(FINAL)
    assert (lookup.watches, lookup.watch_said) == (False, watching.NOTHING_OPEN)


def test_to_cancel_a_round_ends_the_watch(watch, agent):
    lookup = watch()
    watching.ask_due(lookup.next_watch_at)
    lifecycle.cancel(lookup, by=agent)
    assert "cancelled" in fresh(lookup).watch_said
    assert not fresh(lookup).watches


def test_to_cancel_what_has_ended_leaves_the_watch(watch, agent):
    lookup = watch()
    lifecycle.cancel(lookup, by=agent)
    assert fresh(lookup).watches


def test_a_retired_credential_ends_the_watch(watch, credential, manager):
    lookup = watch()
    credentials.retire(credential, by=manager)
    assert "retired" in fresh(lookup).watch_said
    with pytest.raises(Refused, match="retired"):
        watching.start(fresh(lookup), by=manager)


def test_a_paused_credential_makes_the_round_wait_and_a_resumed_one_lets_it_go_on(
    watch, credential, manager
):
    lookup = watch()
    ledger.pause(credential, "Not whitelisted.")
    assert watching.ask_due(lookup.next_watch_at) == 0
    credentials.resume(credential, by=manager)
    assert watching.ask_due(lookup.next_watch_at) == 1


def test_a_round_waits_for_the_run_before_it(watch):
    lookup = watch()
    assert watching.ask_due(lookup.next_watch_at) == 1
    assert watching.ask_due(fresh(lookup).next_watch_at) == 0


def test_switched_off_it_asks_no_more(watch, agent, work, emulator):
    lookup = watch()
    watching.stop(lookup, by=agent)
    assert asked_uuids(emulator, watch("\n".join(OPEN[:1])), work) == 1
    assert fresh(lookup).watch_rounds == 0
    assert fresh(lookup).watch_said == "Asha Rao stopped it."


def test_starting_and_stopping_are_in_the_audit_and_twice_is_once(watch, agent):
    lookup = watch()
    assert not watching.start(lookup, by=agent)
    assert watching.stop(lookup, by=agent)
    assert not watching.stop(lookup, by=agent)
    told = AuditEvent.objects.filter(event__startswith="lookup_watch").order_by("pk")
    about = f"lookup {lookup.pk}"
    assert list(told.values_list("event", "by", "about")) == [
        ("lookup_watch_started", "asha", about),
        ("lookup_watch_stopped", "asha", about),
    ]


def test_that_it_ended_by_itself_is_in_the_audit_of_the_portal(watch):
    watch(FINAL)
    ended = AuditEvent.objects.get(event="lookup_watch_stopped")
    assert (ended.by, ended.facts) == ("", {"why": watching.NOTHING_OPEN})


def test_the_command_line_watches_as_well(agent, credential, tmp_path, capsys):
    file = tmp_path / "open.txt"
    file.write_text(OPEN[0])
    call_command(
        "lookup", file, team="delays", credential="Delay IVR", by="asha", watch=True, no_wait=True
    )
    assert Lookup.objects.get().watches
