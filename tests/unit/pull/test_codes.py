"""Every code and status asks for the right thing, whichever of the two carries it."""

from datetime import UTC, datetime

import pytest

from lookups.pull import Action, CodeRefused, HttpRefused, PullError, Redirected
from lookups.pull.reply.answer import reply_of
from lookups.pull.reply.codes import CODES, STATUSES, seconds_to_wait
from tests.unit.pull.golden import CALL, UUID, as_bytes, envelope

NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)

ASKED_OF_US = [
    (201, "Checksum Repeated", Action.REORDER),
    (202, "Invalid Security ID", Action.PAUSE),
    (202, "Accepted", Action.FAIL),
    (203, "API Version not Supported", Action.PAUSE),
    (204, "", Action.FAIL),
    (205, "", Action.FAIL),
    (208, "", Action.FAIL),
    (210, "Invalid Mandatory Parameters", Action.SPLIT),
    (211, "Validity Expired", Action.PAUSE),
    (212, "Insufficient Balance", Action.PAUSE),
    (301, "Invalid Flow ID", Action.PAUSE),
    (302, "", Action.FAIL),
    (303, "Max Data List Size Exceeded", Action.SHRINK),
    (304, "Invalid Flow Version", Action.PAUSE),
    (400, "Invalid Format", Action.SPLIT),
    (401, "IP Not Whitelisted", Action.PAUSE),
    (402, "", Action.FAIL),
    (500, "Failure", Action.RETRY),
    (999, "Something new", Action.FAIL),
]


def error_of(body: bytes, http_status: int = 200, **more: object) -> PullError:
    with pytest.raises(PullError) as caught:
        reply_of(body, [UUID], http_status=http_status, **more)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize("http_status", [200, 400, 401, 403, 500])
@pytest.mark.parametrize(("code", "message", "action"), ASKED_OF_US)
def test_a_code_asks_for_its_action_whatever_the_http_status(code, message, action, http_status):
    error = error_of(as_bytes(envelope([], code, message)), http_status)
    assert isinstance(error, CodeRefused)
    assert (error.action, error.code, error.message) == (action, code, message)


def test_a_code_without_a_known_meaning_is_shown_as_it_came():
    error = error_of(as_bytes(envelope([], 207, "Strange News")))
    assert "207" in error.sentence
    assert "Strange News" in error.sentence


@pytest.mark.parametrize("meaning", [*CODES.values(), *STATUSES.values()])
def test_every_sentence_is_plain_and_complete(meaning):
    assert meaning.sentence.endswith(".")
    assert "!" not in meaning.sentence
    assert "successfully" not in meaning.sentence


def test_the_whitelisting_sentence_names_the_portals_server():
    assert "portal's server" in CODES[401].sentence


@pytest.mark.parametrize("code", [200, 209, 213])
def test_an_answer_with_no_data_leaves_the_asked_missing(code):
    assert reply_of(as_bytes(envelope([], code)), [UUID], http_status=200).missing == [UUID]


@pytest.mark.parametrize("http_status", [200, 201, 400, 404])
def test_an_answer_counts_with_any_status_that_does_not_belie_it(http_status):
    reply = reply_of(as_bytes(envelope([CALL])), [UUID], http_status=http_status)
    assert list(reply.calls) == [UUID]


@pytest.mark.parametrize("http_status", [429, 500, 503])
def test_success_from_a_server_that_says_it_failed_is_not_believed(http_status):
    error = error_of(as_bytes(envelope([], 213)), http_status)
    assert error.action is Action.RETRY


@pytest.mark.parametrize(
    ("http_status", "action"),
    [
        (400, Action.SPLIT),
        (401, Action.PAUSE),
        (403, Action.PAUSE),
        (404, Action.PAUSE),
        (405, Action.PAUSE),
        (408, Action.RETRY),
        (413, Action.SHRINK),
        (418, Action.FAIL),
        (429, Action.RETRY),
        (500, Action.RETRY),
        (502, Action.RETRY),
        (504, Action.RETRY),
        (599, Action.RETRY),
    ],
)
@pytest.mark.parametrize("body", [b"", b"Forbidden", b"<html></html>", b"{}", b"[1]"])
def test_a_status_without_a_reply_asks_for_its_action(http_status, action, body):
    error = error_of(body, http_status)
    assert (error.action, error.http_status, error.code) == (action, http_status, None)


def test_http_403_without_data_is_an_address_that_is_not_whitelisted():
    error = error_of(b"<html>Forbidden</html>", 403)
    assert isinstance(error, HttpRefused)
    assert "whitelist" in error.sentence


@pytest.mark.parametrize("http_status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("body", [b"", as_bytes(envelope([], 303)), as_bytes(envelope([], 213))])
def test_a_redirect_is_a_redirect_whatever_its_body_says(http_status, body):
    error = error_of(body, http_status, has_location=True)
    assert isinstance(error, Redirected)
    assert (error.action, error.code) == (Action.PAUSE, None)


def test_http_303_that_leads_nowhere_may_carry_phonons_code_303():
    assert error_of(as_bytes(envelope([], 303)), 303).action is Action.SHRINK
    assert isinstance(error_of(b"", 303), Redirected)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 30 ", 30.0),
        ("1000000000", 600.0),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30.0),
        ("Fri, 20 Nov 2026 17:30:30 +0530", 30.0),
        ("Sat, 21 Nov 2026 12:00:00 GMT", 600.0),
        ("Thu, 19 Nov 2026 12:00:00 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("9" * 400, None),
        ("Fri, 99 Nov 2026 12:00:00 GMT", None),
        ("٣", None),
    ],
)
def test_the_wait_asked_for_is_read_or_ignored_and_never_endless(header, seconds):
    assert seconds_to_wait(header, NOW) == seconds


def test_the_wait_travels_with_the_error():
    assert error_of(b"", 429, retry_after=7.0).retry_after == 7.0
    assert error_of(as_bytes(envelope([], 500)), 503, retry_after=9.0).retry_after == 9.0
    assert error_of(b"<html>", 503, retry_after=3.0).retry_after == 3.0
