"""What keeps a running lookup back is said with its reason and its time, and only while it does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lookups import ledger
from lookups.lifecycle.delays import delays_of
from lookups.lifecycle.progress import progress_of, time_left_words
from lookups.models import Credential, Fetch, Worker
from lookups.pull import Action, PullError
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db


@pytest.fixture
def lookup(look_up, team, make_credential, settings):
    settings.PULL_BACKOFF_SECONDS = 30
    narrow = make_credential(team, label="narrow", max_uuids=2, max_concurrent=20)
    return look_up("\n".join(some_uuids(20)), narrow)


def fail(count: int, **facts: object) -> None:
    for fetch in ledger.claim(worker="one", limit=count):
        error = PullError("Phonon's side took too long to answer.", action=Action.RETRY)
        for name, value in facts.items():
            setattr(error, name, value)
        ledger.settle_error(fetch, error)


def said(lookup) -> list[str]:
    lookup.refresh_from_db()
    return [f"{one.what} {one.why}" for one in delays_of(lookup)]


def test_nothing_is_said_of_a_lookup_that_waits_for_nothing(lookup):
    assert said(lookup) == []


def test_requests_that_wait_for_another_try_are_counted_with_what_went_wrong(lookup):
    fail(3)
    (wait,) = delays_of(lookup)
    assert wait.what == "3 requests wait for another try."
    assert wait.why == "Phonon's side took too long to answer."
    assert wait.until == Fetch.objects.exclude(said="").earliest("not_before").not_before


def test_a_credential_that_rests_after_failures_is_named_first(lookup):
    fail(6)
    first, second = said(lookup)
    assert first.startswith("The credential narrow rests. Phonon failed 6 times in a row.")
    assert second.startswith("6 requests wait")


def test_a_rest_that_phonon_asked_for_is_no_failure(lookup):
    fail(1, http_status=429, retry_after=60.0)
    assert said(lookup)[0] == ("The credential narrow rests. Phonon asked the portal to slow down.")


def test_a_rate_of_ours_is_a_reason_too(lookup):
    soon = timezone.now() + timedelta(seconds=30)
    Credential.objects.update(requests_per_minute=60, next_slot_at=soon)
    assert said(lookup) == [
        "The credential narrow keeps to its rate. "
        "No more than 60 requests a minute are sent with it."
    ]


def test_the_page_says_it_and_when_it_goes_on(lookup, signed_in, agent):
    Worker.objects.create(name="one", seen_at=timezone.now(), started_at=timezone.now())
    fail(1)
    page = signed_in(agent).get(lookup.get_absolute_url()).content.decode()
    assert "1 request waits for another try." in page
    assert "It goes on by itself at" in page


def test_the_rate_counts_what_phonon_answered_in_this_run(lookup, work):
    work()
    lookup.refresh_from_db()
    lookup.started_at = lookup.ended_at - timedelta(seconds=30)
    now = progress_of(lookup)
    assert now.answered_calls == 20
    assert now.calls_a_minute == 40


@pytest.fixture
def left(lookup):
    """The words on the time left, at a pace of 20 s a request with all ten sent at once."""
    Credential.objects.update(average_milliseconds=20_000)

    def tell(*, nobody_works: bool = False) -> str:
        lookup.refresh_from_db()
        lookup.credential.refresh_from_db()
        now = progress_of(lookup)
        return time_left_words(lookup, now, delays_of(lookup), nobody_works=nobody_works)

    return tell


def test_the_time_left_is_what_the_pace_gives_while_nothing_waits(left):
    assert left() == "about 20 s left"


def test_the_time_left_is_not_shorter_than_what_waits_must_wait(left):
    fail(1, http_status=429, retry_after=6359.5)
    assert left() == "at least 1 h 45 min left"


def test_a_wait_that_is_over_before_the_rest_is_fetched_adds_nothing(left):
    Fetch.objects.filter(pk=Fetch.objects.earliest("pk").pk).update(
        not_before=timezone.now() + timedelta(seconds=5), said="Busy."
    )
    assert left() == "about 20 s left"


def test_a_wait_is_told_before_the_pace_is_known(left):
    fail(1, http_status=429, retry_after=300)
    Credential.objects.update(average_milliseconds=None)
    assert left().startswith("at least ")


def test_where_a_person_is_needed_there_is_no_time_but_the_reason(left):
    assert left(nobody_works=True) == "starts when a worker runs"
    ledger.pause(Credential.objects.get(), "The address is not whitelisted.")
    assert left() == "goes on when the credential is resumed"


def test_the_page_of_a_lookup_whose_credential_is_paused_tells_no_time(
    left, lookup, signed_in, agent
):
    ledger.pause(lookup.credential, "The address is not whitelisted.")
    page = signed_in(agent).get(lookup.get_absolute_url()).content.decode()
    assert "goes on when the credential is resumed" in page
    assert " left<" not in page
