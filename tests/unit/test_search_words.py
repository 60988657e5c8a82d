"""What a query text means and how it is said: the pure half of search."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookups.search import ADD, Filter, Query, SearchError, parse
from lookups.search.filters import KINDS

IST = ZoneInfo("Asia/Kolkata")
UUID = "b2f9909e-9ac4-4e5c-9ac8-183f24ea9436"
OTHER = "4d7c1c90-77a1-4b06-bb0f-08c4f1f7f1a2"


def said(text):
    return parse(text).sentence(IST)


@pytest.mark.parametrize(
    ("text", "name", "values", "negated"),
    [
        ("outcome:busy", "outcome", ("busy",), False),
        ('outcome:"No answer",busy', "outcome", ("no_answer", "busy"), False),
        ("OUTCOME:Busy", "outcome", ("busy",), False),
        ("-outcome:cancelled", "outcome", ("cancelled",), True),
        ("cause:17", "cause", ("17",), False),
        ("cause:-1", "cause", ("-1",), False),
        ("cause:16.0", "cause", ("16",), False),
        ('cause:"Ring timeout"', "cause", ("ring timeout",), False),
        ("cause:none", "cause", ("none",), False),
        ("cause:user_busy", "cause", ("USER_BUSY",), False),
        ("number:2728", "number", ("2728",), False),
        ('number:"+91 98123-42728"', "number", ("+919812342728",), False),
        ("number:09812342728", "number", ("9812342728",), False),
        ("did:2987,2991,2987", "did", ("2987", "2991"), False),
        ("after:2026-10-01", "after", ("2026-10-01",), False),
        ("before:2026-10-01t10:30", "before", ("2026-10-01T10:30",), False),
        ("on:2026-10-01", "on", ("2026-10-01",), False),
        ("talk:>30", "talk", (">30",), False),
        ("talk:<=5.50", "talk", ("<=5.5",), False),
        ("talk:0", "talk", ("=0",), False),
        ("key:1,*,#,a", "key", ("1", "*", "#", "A"), False),
        ('key:"1 2"', "key", ("1 2",), False),
        ("lookup:0318", "lookup", ("318",), False),
        ('credential:"Flight delays"', "credential", ("Flight delays",), False),
        ("client:AB%_", "client", ("AB%_",), False),
        ("request:REQ-1", "request", ("REQ-1",), False),
        ("status:completed", "status", ("COMPLETED",), False),
        ('status:"do-not-disturb number"', "status", ("NCPR_CHECK_FAILED",), False),
        ("status:something_new", "status", ("something_new",), False),
        ("final:NO", "final", ("no",), False),
        ("attempts:>2", "attempts", (">2",), False),
        (f"uuid:{UUID.upper()}", "uuid", (UUID,), False),
        (UUID.upper(), "uuid", (UUID,), False),
        (UUID.replace("-", ""), "uuid", (UUID,), False),
        (f"{UUID} {OTHER.upper()} {UUID}", "uuid", (UUID, OTHER), False),
        ("smith", "text", ("smith",), False),
        ('"john smith"', "text", ("john smith",), False),
        ("“john smith”", "text", ("john smith",), False),
        ('"say ""hi"""', "text", ('say "hi"',), False),
        ('-"a:b"', "text", ("a:b",), True),
        ("a,b", "text", ("a,b",), False),
    ],
)
def test_a_term_is_read_as_one_filter(text, name, values, negated):
    assert parse(text).filters == (Filter(name, values, negated),)


def test_the_table_of_terms_above_reads_every_filter_there_is():
    (mark,) = test_a_term_is_read_as_one_filter.pytestmark
    assert {case[1] for case in mark.args[1]} == {*KINDS, "text"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colour:red", "There is no filter “colour”. You can use outcome, cause, number, did,"),
        ("colour:red", "To search for “colour:red” as it stands, put it in quotation marks."),
        ("10:30", "no filter “10”"),
        ("outcome:colour", "“colour” is not an outcome. You can use answered, no_answer, busy"),
        ("outcome:not_found", "not an outcome"),
        ("outcome:busy,colour", "“colour”"),
        ("cause:colour", "“colour” is not a cause. You can use a code such as 17, or"),
        ("cause:_", "not a cause"),
        ("number:x", "“x” is not a number"),
        ("did:12a", "“12a” is not a number"),
        ("number:" + "1" * 21, "not a number"),
        ("number:١٢٣٤", "not a number"),
        ("after:yesterday", "“yesterday” is not a date. Write it as 2026-10-01"),
        ("after:01-10-2026", "not a date"),
        ("after:2026-02-30", "not in the calendar"),
        ("after:2026-10-01T25:00", "not in the calendar"),
        ("before:0001-01-01", "too far away"),
        ("on:9999-12-31", "too far away"),
        ("on:2026-10-01T10:30", "not a date"),
        ("after:2026-10-01,2026-10-02", "after takes one value"),
        ("talk:long", "“long” is not understood here"),
        ("talk:>", "for example talk:>30"),
        ("talk:>99999999", "not understood here"),
        ("attempts:1.5", "for example attempts:>2"),
        ("key:x", "“x” is not a key"),
        ("lookup:abc", "is not a lookup"),
        ("lookup:" + "9" * 19, "is not a lookup"),
        ("final:maybe", "final:yes or final:no"),
        ("final:yes,no", "final takes one value"),
        ("uuid:b2f9909e", "not a whole UUID"),
        ("outcome:", "needs a value right after it"),
        ("did:2987, 2991", "commas without spaces"),
        ("did:,", "commas without spaces"),
        ('client:"a"b', "quotation marks around a whole value"),
        ('client:""', "nothing between the quotation marks"),
        ('"open', "A quotation mark is not closed"),
        ('client:"open', "A quotation mark is not closed"),
        ('a"b c"', "Put the whole of it in quotes"),
        ("-", "A minus sign needs"),
        ("nul\x00", "nobody can see"),
        ("half\ud800", "nobody can see"),
        ("escape\x1b[31m", "nobody can see"),
        ("x" * 1_000_000, "1,000,000 characters long; the most is 500"),
        ("a " * 21, "at most 20 words and filters"),
    ],
)
def test_what_is_not_understood_is_refused_with_a_sentence(text, words):
    with pytest.raises(SearchError) as refused:
        parse(text)
    assert words in refused.value.sentence
    assert len(refused.value.sentence) < 500


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "All calls, newest first"),
        (
            "did:2987,2991 after:2026-10-01 -outcome:cancelled",
            "Calls on DID ending 2987 or 2991, after 1 Oct 2026 (IST), that were not cancelled, "
            "newest first",
        ),
        ("outcome:no_answer,failed", "Calls with outcome no answer or failed, newest first"),
        ("-outcome:failed", "Calls with an outcome other than failed, newest first"),
        ("-outcome:busy,cancelled", "Calls that were neither busy nor cancelled, newest first"),
        ("cause:busy", "Calls that ended with cause “busy” (5 or 17), newest first"),
        ("-cause:18", "Calls that did not end with cause 18 · Ring timeout, newest first"),
        ("cause:99", "Calls that ended with cause code 99, newest first"),
        ("cause:none", "Calls that ended with cause not given, newest first"),
        ("number:+919812342728", "Calls with a customer number +919812342728, newest first"),
        ("before:2026-10-01T10:30", "Calls before 1 Oct 2026 10:30 (IST), newest first"),
        ("on:2026-10-01,2026-10-03", "Calls on 1 Oct 2026 or 3 Oct 2026 (IST), newest first"),
        ("talk:>30", "Calls with a talk time of over 30 s, newest first"),
        ("key:1,2", "Calls where 1 or 2 was pressed, newest first"),
        ("-key:1", "Calls where 1 was not pressed, newest first"),
        ("lookup:318", "Calls in lookup 318, newest first"),
        ("attempts:>2", "Calls with more than 2 attempts, newest first"),
        ("attempts:1", "Calls with 1 attempt, newest first"),
        ("final:no", "Calls that may still change, newest first"),
        ("-final:no", "Calls that are final, newest first"),
        ("status:completed", "Calls with flow status Completed, newest first"),
        ("-client:x", "Calls without “x” in the client identifier, newest first"),
        (UUID, f"Calls with Phonon UUID {UUID}, newest first"),
        (
            "2728",
            "Calls with a number or DID ending 2728, or “2728” in the client identifier or "
            "Request ID, newest first",
        ),
        (
            "smith",
            "Calls with “smith” in the client identifier, Request ID or flow status, newest first",
        ),
    ],
)
def test_a_query_says_itself(text, sentence):
    assert said(text) == sentence


def test_the_zone_is_named_as_it_was_on_that_day():
    query = parse("after:2026-07-01 before:2026-12-01")
    assert "(BST)" in query.sentence(ZoneInfo("Europe/London"))
    assert "(GMT)" in query.sentence(ZoneInfo("Europe/London"))


def test_a_chip_shows_one_filter_and_takes_it_away():
    chips = parse("did:2987,2991  after:2026-10-01 -outcome:cancelled").chips()
    assert [(chip.label, chip.words) for chip in chips] == [
        ("DID", "…2987, …2991"),
        ("After", "1 Oct 2026"),
        ("Outcome", "not cancelled"),
    ]
    assert chips[1].rest == "did:2987,2991 -outcome:cancelled"
    assert parse("smith").chips()[0].rest == ""


@pytest.mark.parametrize("example", [example for _, example in ADD])
def test_every_example_that_a_page_offers_is_understood(example):
    assert parse(example).text.lower() == example.lower()
    assert parse(example).chips()[0].words


WORDS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="“”„\u200b\u2060\ufeff"),
    min_size=1,
    max_size=30,
).filter(lambda text: text.strip() == text)
FREE = st.builds(lambda word, no: Filter("text", (word,), no), WORDS, st.booleans())
CLIENT = st.builds(lambda word, no: Filter("client", (word,), no), WORDS, st.booleans())


@settings(max_examples=300)
@given(st.lists(st.one_of(FREE, CLIENT), max_size=6))
def test_the_canonical_text_is_read_as_the_same_query(filters):
    query = Query(tuple(filters))
    assert parse(query.text) == query
    assert query.sentence(IST)


@settings(max_examples=300)
@given(st.text(max_size=80))
def test_any_text_is_either_a_query_or_refused(text):
    try:
        query = parse(text)
    except SearchError:
        return
    assert parse(query.text) == query


@pytest.mark.parametrize("typed", ["+91 99433 86544", "+91 994-338-6544", "+919943386544"])
def test_a_number_with_a_plus_is_one_number_however_it_is_grouped(typed):
    (found,) = parse(f"{typed} outcome:busy").filters[:1]
    assert "".join(c for c in found.values[0] if c in "+0123456789") == "+919943386544"
    assert len(parse(f"{typed} outcome:busy").filters) == 2


def test_numbers_without_a_plus_stay_words_of_their_own():
    assert len(parse("2728 2987").filters) == 2
