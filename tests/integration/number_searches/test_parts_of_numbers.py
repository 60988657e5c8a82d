"""Search does not tell digit by digit what pages hide."""

import pytest
from django.db.models import Q

from lookups import search
from lookups.search import SearchError, matching, parse
from tests.integration.builders import a_call
from tests.integration.number_searches.numbers import NUMBER, noted

pytestmark = pytest.mark.django_db


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
