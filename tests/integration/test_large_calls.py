"""A call of any size has pages of a bounded size, which say what they leave out and where it is."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lookups import limits
from lookups.models import Attempt, AuditEvent, Call, Change
from lookups.views import call_attempts, call_raw
from tests.integration.builders import NOON, a_call, a_lookup

pytestmark = pytest.mark.django_db
ATTEMPTS = 2_000
NUMBER = "9876501234"
# What a page may come to: the frame and a few hundred short values.
MOST_BYTES = 600_000
WIDE = json.dumps({"x": [[0] * 1_000] * 400, "to": NUMBER})


@pytest.fixture
def call(team) -> Call:
    """A call with too much of everything."""
    call = a_call(
        team,
        attempt_outcomes=["no_answer"] * (ATTEMPTS - 1) + ["answered"],
        customer_number=f"+91{NUMBER}",
        keys={f"key {n}": f"value {n} {NUMBER} " + "v" * 5_000 for n in range(900)},
        unknown={f"field {n}": [[n] * 300] * 4 for n in range(900)},
        messages=[
            {"kind": "sms", "to": NUMBER, "status": f"S{n}", "sent_at": None, "text": "t" * 5_000}
            for n in range(400)
        ],
        raw=WIDE,
        left_out={"attempts": 684_241, "variables": 1_191_502},
    )
    Attempt.objects.bulk_create(attempt_of(call, n) for n in range(1, ATTEMPTS + 1))
    Change.objects.bulk_create(
        Change(
            team=team, call=call, attempt_key=f"id:{n}", seen_at=NOON + timedelta(days=1),
            cells={"cause_code": ["17", "18"], "dtmf": ["", "1"]},
        )
        for n in range(1, ATTEMPTS)
    )  # fmt: skip
    return call


def attempt_of(call: Call, n: int) -> Attempt:
    return Attempt(
        call=call, number=n, key=f"id:{n}", attempt_id=f"a-{n}", cause_code=str(n),
        outcome="answered" if n == ATTEMPTS else "no_answer",
        started_at=NOON + timedelta(seconds=n), fetched_at=NOON,
        connected_at=NOON + timedelta(seconds=n + 9) if n == ATTEMPTS else None,
        talk_seconds=42 if n == ATTEMPTS else None, customer_number=f"+91{NUMBER}",
        recording_urls=[f"https://r.example/{n}-{k}.mp3" for k in range(3)],
        unknown={"note": "n" * 2_000}, raw=json.dumps({"attemptId": f"a-{n}", "to": NUMBER}),
    )  # fmt: skip


@pytest.fixture
def page(signed_in, agent) -> Callable[..., str]:
    client = signed_in(agent)

    def get(url: str, *, post: bool = False) -> str:
        answer = client.post(url) if post else client.get(url)
        assert answer.status_code == 200
        return b"".join(answer).decode()

    return get


def said(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


@pytest.mark.parametrize("name", ["call", "call-numbers"])
def test_the_page_of_a_large_call_is_a_page(page, call, name):
    html = page(reverse(name, args=[call.uuid]), post=name == "call-numbers")
    assert len(html) < MOST_BYTES
    assert html.count('<th scope="row" class="right">') == limits.SHOWN_ATTEMPTS


def test_the_page_says_what_it_leaves_out_and_where_that_is(page, call):
    told = said(page(call.get_absolute_url()))
    for sentence in [
        "These are the last 50 of 686,241 attempts.",
        "Those with a row of their own, 2,000, stand in the export, and all in the raw JSON.",
        "These are 100 of 1,192,402 flow variables. The others stand in the raw JSON.",
        "These are 50 of 950 fields. The others stand in the raw JSON.",
        "These are 50 of 400 messages. The others stand in the raw JSON.",
        "These are 50 of 150 recordings. The others stand in the raw JSON.",
        "These are 10 of 50 causes. The others stand in the raw JSON.",
        "which is more than a page can hold.",
    ]:
        assert sentence in told


def test_the_verdict_on_very_many_attempts_counts_them_and_tells_the_last(page, call):
    told = said(page(call.get_absolute_url()))
    assert "Tried 2,000 times on 12 Nov" in told
    assert "Answered once, no answer 1,999 times. The last was answered for 42 s" in told


def test_a_page_that_shows_all_attempts_would_be_found(page, call, monkeypatch):
    monkeypatch.setattr(call_attempts, "SHOWN_ATTEMPTS", 10**6)
    assert len(page(call.get_absolute_url())) > MOST_BYTES


def test_the_pages_of_a_call_make_no_object_of_what_they_do_not_show(page, call, monkeypatch):
    made: list[int] = []
    real = Attempt.from_db.__func__
    monkeypatch.setattr(
        Attempt, "from_db", classmethod(lambda cls, *a: made.append(1) or real(cls, *a))
    )
    page(call.get_absolute_url())
    assert len(made) <= limits.SHOWN_ATTEMPTS


def test_lists_show_a_large_call_as_one_row_like_any_other(page, call, team, agent):
    lookup = a_lookup(
        team,
        [{"call": call, "outcome": "found"}, {"call": a_call(team), "outcome": "found"}],
        asked_by=agent,
        created_at=NOON,
    )
    for url in [reverse("calls"), lookup.get_absolute_url(),
                f"{lookup.get_absolute_url()}?changed=1"]:  # fmt: skip
        html = page(url)
        assert len(html) < 100_000
        assert "+1,992" in html
    told = said(page(lookup.get_absolute_url()))
    assert "Tried 2,000 times; the call's page tells of the last ones." in told.replace(
        "&#x27;", "'"
    )
    assert "Attempt 2000, Cause" in told or "Attempt 1999, Cause" in told


def test_no_list_reads_what_may_be_long(page, call, team, agent):
    lookup = a_lookup(team, [{"call": call, "outcome": "found"}], asked_by=agent)
    for url in (reverse("calls"), lookup.get_absolute_url()):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(url)
        read = " ".join(one["sql"].split(" FROM ")[0] for one in asked)
        for column in ("raw", "keys", "messages", "unknown"):
            assert f'"lookups_call"."{column}"' not in read


def test_the_export_of_a_large_call_holds_every_attempt_and_the_rest_of_the_raw_json(page, call):
    lines = page(f"{reverse('calls-export')}?q={call.uuid}&format=jsonl").splitlines()
    rows = [json.loads(line) for line in lines]
    attempts = [row["attempt_id"] for row in rows if row["attempt_id"]]
    assert attempts == [f"a-{n}" for n in range(1, ATTEMPTS + 1)]
    assert [row["raw"] for row in rows if not row["attempt_id"]] == [json.loads(WIDE)]


@pytest.mark.parametrize("name", ["call-raw", "call-raw-numbers"])
def test_many_small_attempts_are_sent_in_few_pieces(signed_in, agent, call, name):
    client = signed_in(agent)
    ask = client.post if name == "call-raw-numbers" else client.get
    pieces = list(ask(reverse(name, args=[call.uuid])))
    assert len(pieces) < ATTEMPTS / 100


@pytest.mark.parametrize("piece", [limits.RAW_PIECE, 1_000])
def test_the_raw_json_is_a_download_that_holds_every_character(page, call, monkeypatch, piece):
    monkeypatch.setattr(call_raw, "RAW_PIECE", piece)
    whole = json.loads(page(reverse("call-raw-numbers", args=[call.uuid]), post=True))
    assert whole["call"] == json.loads(WIDE)
    assert [one["attemptId"] for one in whole["attempts"]] == [
        f"a-{n}" for n in range(1, ATTEMPTS + 1)
    ]


def test_a_call_without_raw_json_or_attempts_is_a_download_too(page, team):
    url = reverse("call-raw-numbers", args=[a_call(team).uuid])
    assert json.loads(page(url, post=True)) == {"call": None, "attempts": []}


def test_the_masked_download_shows_no_number_near_or_far(page, call):
    text = page(reverse("call-raw", args=[call.uuid]))
    assert len(text) > limits.MASKED_RAW
    assert NUMBER not in text
    assert NUMBER[:7] not in text


def test_a_masked_download_that_gives_up_would_be_found(page, call, monkeypatch):
    monkeypatch.setattr(call_raw, "_without_digits", lambda piece: piece)
    assert NUMBER in page(reverse("call-raw", args=[call.uuid]))


def test_digits_of_every_script_are_hidden_far_into_a_long_download():
    arabic = "".join(chr(0x0660 + int(digit)) for digit in NUMBER)
    pieces = ["x" * limits.MASKED_RAW, f"{NUMBER} ", f"{arabic} ∎"]
    assert "".join(call_raw.masked(pieces, keep=""))[-23:] == "********** ********** ∎"


def test_the_whole_raw_json_is_noted_by_the_audit_and_the_masked_one_shows_nothing(page, call):
    page(reverse("call-raw", args=[call.uuid]))
    assert not AuditEvent.objects.filter(event="numbers_shown").exists()
    page(reverse("call-raw-numbers", args=[call.uuid]), post=True)
    [event] = AuditEvent.objects.filter(event="numbers_shown")
    assert (event.about, event.facts) == (call.uuid, {"raw": "downloaded"})


def test_the_whole_raw_json_is_never_given_to_a_get(signed_in, agent, call):
    answer = signed_in(agent).get(reverse("call-raw-numbers", args=[call.uuid]))
    assert (answer.status_code, answer.url) == (302, call.get_absolute_url())


def test_a_number_is_not_torn_where_a_long_value_is_cut(page, team):
    start = "x" * (limits.SHOWN_CHARACTERS - 6)
    call = a_call(team, keys={"note": f"{start} {NUMBER} and more"})
    assert NUMBER[:5] not in page(call.get_absolute_url())


def test_json_that_would_be_long_when_indented_stands_as_it_came():
    deep = "[" * 58 + ",".join("0" * 9_000) + "]" * 58
    assert call_raw.indented(deep) == deep
    assert call_raw.indented('{"a":[1]}') == '{\n  "a": [\n    1\n  ]\n}'
    assert len(call_raw.indented("[" + "[]," * 9_000 + "0]")) <= limits.SHOWN_INDENTED


def test_a_small_call_is_shown_whole_and_nothing_is_said_to_be_left_out(page, team):
    call = a_call(team, keys={"language": "hi"}, raw='{"a":1}')
    html = page(call.get_absolute_url())
    assert "left-out" not in html
    assert "language" in html
