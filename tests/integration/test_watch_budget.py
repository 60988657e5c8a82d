"""The budget of the change watch: so many requests a team and a day, every try of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lookups import ledger
from lookups.emulator import IN_PROGRESS, reserved_uuid
from lookups.lifecycle import Refused, watching
from lookups.models import Fetch, Lookup
from tests.integration.watches import OPEN, budget_used, look
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db


def test_the_budget_holds_across_rounds_and_lookups(settings, watch, work, team, make_credential):
    settings.WATCH_REQUESTS_PER_DAY = 5
    single = make_credential(team, label="single", max_uuids=1)
    watch("\n".join(OPEN), single)
    watch("\n".join(OPEN), single)
    for _ in range(4):
        Lookup.objects.update(next_watch_at=timezone.now())
        work()
    assert sum(Fetch.objects.filter(is_watch=True).values_list("tries", flat=True)) == 5
    assert watching.budget_left(team, timezone.now()) == 0


def test_a_large_lookup_leaves_something_of_the_budget_to_the_others(
    settings, watch, team, make_credential
):
    settings.WATCH_REQUESTS_PER_DAY = 4
    single = make_credential(team, label="single", max_uuids=1)
    large = watch("\n".join(reserved_uuid(IN_PROGRESS, n) for n in range(10)), single)
    small = watch(OPEN[0], single)
    assert watching.ask_due(small.next_watch_at) == 2
    assert large.fetches.filter(is_watch=True).count() == 2
    assert small.fetches.filter(is_watch=True).count() == 1


def test_what_was_asked_longest_ago_goes_first(settings, watch, work, team, make_credential):
    settings.WATCH_REQUESTS_PER_DAY = 2
    single = make_credential(team, label="single", max_uuids=1)
    lookup = look(watch("\n".join(OPEN[:3]), single), work)
    assert (
        list(lookup.items.filter(fetch__is_watch=True).values_list("uuid", flat=True)) == OPEN[:2]
    )
    settings.WATCH_REQUESTS_PER_DAY = 3
    look(lookup, work)
    assert lookup.items.filter(fetch__is_watch=True).count() == 3


def test_a_spent_budget_makes_the_round_wait_until_it_frees(settings, watch, work, team):
    settings.WATCH_REQUESTS_PER_DAY = 1
    lookup = look(watch(), work)
    lookup = look(lookup, work)
    sent = Fetch.objects.get(is_watch=True)
    assert lookup.watch_rounds == 1
    assert lookup.next_watch_at == sent.claimed_at + timedelta(days=1)
    assert "1 request a day" in lookup.watch_said
    lookup = look(lookup, work)
    assert (lookup.watch_rounds, lookup.watch_said) == (2, "")


def test_every_team_has_its_own_budget(
    settings, watch, work, team, other_team, make_credential, stranger
):
    settings.WATCH_REQUESTS_PER_DAY = 1
    look(watch(), work)
    theirs = watch(OPEN[0], make_credential(other_team), stranger)
    assert watching.budget_left(team, timezone.now()) == 0
    assert watching.ask_due(theirs.next_watch_at) == 1


def test_every_try_counts_and_so_does_what_waits_to_be_sent(watch, team):
    lookup = watch()
    assert budget_used(team) == 0
    watching.ask_due(lookup.next_watch_at)
    assert budget_used(team) == 1
    Fetch.objects.filter(is_watch=True).update(tries=3, claimed_at=timezone.now())
    assert budget_used(team) == 3


def test_the_halves_of_a_request_count_as_well(watch, team, emulator, work):
    lookup = watch()
    emulator.settings.max_list = 2
    try:
        look(lookup, work)
    finally:
        emulator.settings.max_list = 200
    assert Fetch.objects.filter(is_watch=True).count() == 3
    assert budget_used(team) == 3


def test_requests_of_people_are_claimed_first_and_are_not_counted(watch, look_up, credential, team):
    lookup = watch()
    watching.ask_due(lookup.next_watch_at)
    theirs = look_up("\n".join(some_uuids(9)), credential)
    credential.max_concurrent = 1
    credential.save()
    (first,) = ledger.claim(worker="one", limit=5)
    assert first.lookup == theirs
    assert budget_used(team) == 1


def test_a_budget_of_nothing_switches_watching_off(settings, watch, agent):
    lookup = watch()
    settings.WATCH_REQUESTS_PER_DAY = 0
    assert watching.ask_due(lookup.next_watch_at) == 0
    assert watching.stop(lookup, by=agent)
    with pytest.raises(Refused, match="switched off"):
        watching.start(lookup, by=agent)
