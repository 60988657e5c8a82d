"""Search does not tell what pages hide: no digit by digit, and whole numbers noted and limited."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from lookups import audit, search
from lookups.models import AuditEvent
from lookups.search import SearchError, matching, parse
from tests.integration.builders import a_call

pytestmark = pytest.mark.django_db

NUMBER = "919876531234"
UUID = "b2f9909e-9ac4-4e5c-9ac8-183f24ea9436"
TEXT = "PNR 919876531234 a"
SPACED = "98765 31234"


@pytest.fixture
def secret(team):
    """A call with numbers wherever search looks."""
    return a_call(
        team,
        customer_number=f"+{NUMBER}",
        did_number=f"+{NUMBER}",
        client_identifier=TEXT,
        request_id=f"R-{SPACED}",
        flow_status=f"ODD {NUMBER}",
        cause_code=NUMBER,
        ended_by=NUMBER,
        dtmf=" ".join(NUMBER),
    )


# How one asks whether `digits` stand in the call; %s is the digits.
QUESTIONS = [
    "number:%s", "did:%s", "%s", '"%s"', "+%s", '"+%s"', "client:%s", 'client:"%s"', 'client:" %s"',
    "request:%s", "status:%s", 'status:"odd %s"', "cause:%s", "-number:%s", "-%s", "-client:%s",
    "number:9999,%s", "number:%s,9999", "did:%s final:no", 'client:"pnr %s"', '"pnr %s"', '"%s a"',
    'number:"0000000%s"', "number:000000000%s", '"R-%s"', '"odd %s"',
]  # fmt: skip
OTHERS = str.maketrans("0123456789", "4444044444")
SPELLINGS = [
    str,
    "-".join,
    " ".join,
    ".".join,
    lambda digits: digits[:5] + " " + digits[5:],
    lambda digits: "".join(f"%3{digit}" for digit in digits),
    lambda digits: "".join(chr(0x660 + int(digit)) for digit in digits),
]


def tells(team, call, text: str, *, negated: bool) -> bool:
    """Whether the search answers that the call has it."""
    try:
        found = search.apply(parse(text), team=team).filter(pk=call.pk).exists()
    except SearchError:
        return False
    return found != negated


def found_out(team, call, question: str, spell) -> str:
    """As much of the number as is told by asking for one digit more at a time.

    Searches of eight digits and more are left out: they are noted and limited, see below.
    """
    negated = question.startswith("-")

    def answer(digits: str) -> bool:
        return tells(team, call, question % spell(digits), negated=negated)

    def asks(digits: str) -> bool:
        # An answer that other digits get as well tells nothing.
        return len(digits) < 8 and answer(digits) and not answer(digits.translate(OTHERS))

    def grown(known: str) -> str:
        for digit in "0123456789":
            for more in (digit + known, known + digit):
                if more in NUMBER and asks(more):
                    return grown(more)
        return known

    starts = {NUMBER[at : at + length] for length in (1, 2, 3, 4, 5) for at in range(len(NUMBER))}
    return max((grown(start) for start in starts if asks(start)), key=len, default="")


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_filter_tells_more_than_the_last_four_digits(question, team, secret):
    told = {found_out(team, secret, question, spell) for spell in SPELLINGS}
    assert told <= {"", NUMBER[-4:]}


def test_keys_that_may_be_an_account_are_told_one_by_one_at_most(team, secret):
    told = found_out(team, secret, 'key:"%s"', " ".join)
    assert len(told) <= 1


@pytest.mark.parametrize("question", ["client:%s", '"%s"', "status:%s"])
def test_a_search_that_looks_into_hidden_texts_would_be_found(question, team, secret, monkeypatch):
    monkeypatch.setattr(
        matching, "_in_text", lambda name, value: Q(**{f"{name}__icontains": value})
    )
    monkeypatch.setitem(
        matching._MATCH, "status", lambda value, team: matching._in_text("flow_status", value)
    )
    assert len(found_out(team, secret, question, str)) == 7


def test_texts_that_hide_nothing_are_searched_by_any_part(team):
    call = a_call(
        team, client_identifier="PNR-48213-a", request_id="b2f9909e-9ac4-4e5c-9ac8-183f24ea9436"
    )
    for text in ("client:821", "48213", '"48213-a"', "b2f9909e", "9ac4-4e5c", "client:pnr-4"):
        assert tells(team, call, text, negated=False), text


def test_the_last_four_digits_find_a_text_that_ends_with_them(team):
    call = a_call(team, client_identifier="PNR 919876531234")
    assert tells(team, call, "client:1234", negated=False)
    assert not tells(team, call, "client:3123", negated=False)


@pytest.mark.parametrize("text", ["number:1", "number:98765", "did:1234567", "-number:123",
    "number:1234,98765", "+98765", 'number:"98-765"', "number:00000098765"])  # fmt: skip
def test_a_part_of_a_number_is_refused_and_told_what_is_taken(text):
    with pytest.raises(SearchError, match="last 4 digits, or 8 digits and more"):
        parse(text)


def test_digits_that_may_be_an_order_are_searched_in_texts_and_say_how_numbers_are(team):
    sentence = parse("98765").sentence(team.zoneinfo)
    assert "“98765” in the client identifier" in sentence
    assert "numbers takes their last 4 digits, or 8 digits and more" in sentence


@pytest.mark.parametrize(
    ("column", "length", "question"),
    [
        ("client_identifier", 500, "client:q%s"),
        ("request_id", 200, "q%s"),
        ("flow_status", 100, "q%s"),
    ],
)
def test_a_text_that_was_cut_in_a_number_tells_none_of_it(column, length, question, team):
    for text in ("q9876512", "q98765", "98 76512"):
        call = a_call(team, **{column: text.rjust(length, "q")})
        assert not any(
            tells(team, call, question % text.strip("q")[:count], negated=False)
            for count in range(1, 8)
        )
        assert not tells(team, call, "client:6512", negated=False)


def test_a_character_that_is_several_digits_counts_as_such(team):
    call = a_call(team, client_identifier="㉘㉕㉑㊼ PNR")
    assert not any(tells(team, call, f"client:{text}", negated=False) for text in "㉘㉕㉑㊼")
    call = a_call(team, client_identifier="12㉘34㉕ PNR")
    assert not tells(team, call, "client:12", negated=False)
    call = a_call(team, client_identifier="Café 4821-a")
    assert tells(team, call, "client:482", negated=False)


def test_a_number_that_is_hidden_whole_is_not_found_by_its_end(team):
    call = a_call(team, customer_number="2345678", did_number="2345678")
    for question in ("number:5678", "did:5678", "5678"):
        assert not tells(team, call, question, negated=False)


MADE_UUID = "00000000-0000-4000-8000-919876531234"


@pytest.mark.parametrize("text", ["client:{}", "request:{}"])
@pytest.mark.parametrize("uuid", [MADE_UUID, MADE_UUID.replace("-", "")])
def test_a_uuid_made_to_hold_a_number_is_noted_as_one(text, uuid, asks):
    asks(text.format(uuid))
    (event,) = noted()
    assert not any(character.isdigit() for character in str(event.facts))


def test_a_uuid_made_to_hold_a_number_is_not_searched_by_its_parts(team):
    for uuid in (MADE_UUID, "b2f9909e-9ac4-4e5c-9ac8-9876531234ff"):
        call = a_call(team, client_identifier=uuid)
        assert not any(tells(team, call, f"client:{n}", negated=False) for n in ("98765", "3123"))


def test_sequences_of_keys_count_each(asks):
    for keys in ("0 0 * # 0 0 # 0", "0 0 0 0 0 0 0 0", "# # # # # # # #", "0 0 * # 0 0 # *"):
        asks(f'key:"{keys}"')
    assert len({event.facts["numbers"] for event in noted()}) == 4


# Whole numbers: noted without the number, and so many an hour.


@pytest.fixture
def asks(signed_in, agent, secret):
    client = signed_in(agent)
    return lambda text, **more: client.get(reverse("calls"), {"q": text, **more}).content.decode()


def noted() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(event="numbers_searched").order_by("id"))


@pytest.mark.parametrize(
    "text", [f"number:{NUMBER}", f"+{NUMBER}", "76531234", '"98765 31234"', "client:76531234",
    f"-did:{NUMBER}", f'key:"{" ".join(NUMBER)}"', f"cause:{NUMBER[:9]}", f"status:{NUMBER}"]
)  # fmt: skip
def test_a_search_for_a_whole_number_is_noted_without_it(text, asks, secret):
    asks(text)
    (event,) = noted()
    assert (event.by, event.team_slug) == ("asha", "delays")
    assert not any(character.isdigit() for character in str(event.facts))


@pytest.mark.parametrize(
    "text",
    ["", "1234", "number:1234", "smith", "outcome:busy after:2026-11-12", UUID, f"request:{UUID}"],
)
def test_other_searches_are_not(text, asks):
    asks(text)
    assert noted() == []


def test_the_same_number_counts_once_within_the_hour(asks, signed_in, agent):
    asks(f"number:{NUMBER}")
    asks(f"number:+{NUMBER} outcome:answered")
    asks(f"number:{NUMBER}", at="o0.1")
    signed_in(agent).get(reverse("calls-export"), {"q": f"number:{NUMBER}", "format": "csv"})
    assert len(noted()) == 1


def test_beyond_the_limit_a_sentence_says_when_it_goes_on(asks, settings):
    settings.NUMBER_SEARCHES_AN_HOUR = 3
    for number in ("91000001", "91000002,91000003"):
        assert "within an hour" not in asks(f"number:{number}")
    page = asks(f"number:{NUMBER}")
    assert "You have searched for 3 numbers within an hour, and 3 are the most." in page
    assert f'value="number:{NUMBER}"' in page
    assert "No call fits" in asks("number:91000002")
    AuditEvent.objects.update(at=timezone.now() - timedelta(minutes=61))
    assert "1 call" in asks(f"number:{NUMBER}")


def test_a_list_of_numbers_counts_each(asks, settings):
    settings.NUMBER_SEARCHES_AN_HOUR = 3
    page = asks("number:91000001,91000002 did:91000003 91000004")
    assert "This search holds 4 numbers, and a person may search for 3 an hour." in page
    assert noted() == []


def test_number_searches_can_be_switched_off(asks, settings):
    settings.NUMBER_SEARCHES_AN_HOUR = 0
    assert "switched off in this portal" in asks(f"number:{NUMBER}")
    assert "1 call" in asks("number:1234")


def test_the_limit_is_a_persons_own(asks, signed_in, manager, settings):
    settings.NUMBER_SEARCHES_AN_HOUR = 1
    asks(f"number:{NUMBER}")
    page = signed_in(manager).get(reverse("calls"), {"q": "number:91000001"}).content.decode()
    assert "within an hour" not in page


def test_an_export_over_the_limit_goes_back_to_the_search_with_the_sentence(
    asks, signed_in, agent, settings
):
    settings.NUMBER_SEARCHES_AN_HOUR = 1
    asks(f"number:{NUMBER}")
    query = {"q": "number:91000001", "format": "csv"}
    page = signed_in(agent).get(reverse("calls-export"), query, follow=True).content.decode()
    assert "1 are the most" in page


def test_an_exports_event_holds_no_number(signed_in, agent, secret):
    query = f"outcome:answered number:+{NUMBER} 1234"
    signed_in(agent).get(reverse("calls-export"), {"q": query, "format": "csv"})
    told = AuditEvent.objects.get(event="exported").facts["query"]
    assert told.startswith("outcome:answered number:#")
    assert told.endswith(" 1234")
    assert NUMBER[:8] not in str(list(AuditEvent.objects.values_list("facts", "about")))


def test_the_commands_export_is_whole_and_its_event_holds_no_number(team, secret, tmp_path):
    path = tmp_path / "calls.csv"
    call_command("export", team=team.slug, query=f"number:{NUMBER}", format="csv", output=str(path))
    assert TEXT in path.read_text()
    assert NUMBER[:5] not in str(AuditEvent.objects.get(event="exported").facts)


def test_what_was_noted_of_older_searches_loses_its_numbers(team):
    kept = ["outcome:busy after:2026-10-01T10:30 number:2728", f"uuid:{UUID}", "rejected", UUID]
    lost = ["number:+919876531234", "+91 98765 31234 outcome:busy", 'client:"98765_31234"', "98765"]
    for query in [*kept, *lost]:
        audit.record("exported", by=None, team=team, about="calls", query=query)
    migration = import_module("lookups.migrations.0021_no_numbers_in_the_audit")
    migration.mask_queries(apps, None)
    told = [
        event.facts["query"] for event in AuditEvent.objects.filter(event="exported").order_by("id")
    ]
    assert told[: len(kept)] == kept
    assert told[len(kept) :] == ["number:••••", "•••• outcome:busy", 'client:"••••"', "••••"]
