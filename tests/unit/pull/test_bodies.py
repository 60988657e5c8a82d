"""Bodies that are no answer: each gets its own error, none marks a UUID as not found."""

import json

import pytest

from lookups.pull import Action, PullError, Reply, Unreadable, WebPage
from lookups.pull.reply.answer import reply_of
from lookups.pull.reply.parse import to_json, value_of
from tests.unit.pull.golden import UUID, as_bytes, envelope, flat

GOOD = as_bytes(flat())
HEAD = b'{"api-response-code":200,"api-response-message":"Success","data":'
ITEM = b'{"phonon-uuid":"' + UUID.encode() + b'","x":'

NOT_DATA = {
    "empty": b"",
    "blank": b" \r\n\t ",
    "only a mark": b"\xef\xbb\xbf",
    "text": b"Service unavailable",
    "half of the text": GOOD[: len(GOOD) // 2],
    "all but the last byte": GOOD[:-1],
    "two texts": GOOD + GOOD,
    "rubbish behind": GOOD + b"x",
    "single quotes": b"{'api-response-code':200,'data':[]}",
    "trailing comma": HEAD + b"[],}",
    "comment": b"/* hi */" + GOOD,
    "bare word": b"OK",
    "xml": b"<?xml version='1.0'?><reply/>",
    "bytes": bytes(range(256)),
    "zeros": b"\0" * 64,
    "utf-7": b"+AHs-",
    "deep list": b"[" * 200_000,
    "deep and closed": b"[" * 100_000 + b"]" * 100_000,
    "deep object": b'{"a":' * 100_000,
    "raw control character": HEAD + b'[{"phonon-uuid":"a\x00b"}]}',
    "gzip magic": b"\x1f\x8b\x08\x00" + b"\x00" * 20,
    "null": b"null",
    "true": b"true",
    "number": b"200",
    "string": b'"Success"',
    "list": b"[]",
    "list of replies": b"[" + GOOD + b"]",
    "NaN": b"NaN",
    "empty object": b"{}",
    "no code": b'{"api-response-message":"Success","data":[]}',
    "null code": b'{"api-response-code":null,"data":[]}',
    "true code": b'{"api-response-code":true,"data":[]}',
    "word code": b'{"api-response-code":"fine","data":[]}',
    "fraction code": b'{"api-response-code":200.5,"data":[]}',
    "list code": b'{"api-response-code":[200],"data":[]}',
    "negative code": b'{"api-response-code":-200,"data":[]}',
    "huge code": b'{"api-response-code":' + b"2" * 5000 + b',"data":[]}',
    "infinite code": b'{"api-response-code":1e999,"data":[]}',
    "other object": b'{"error":"internal"}',
    "no data": b'{"api-response-code":200,"api-response-message":"Success"}',
    "null data": HEAD + b"null}",
    "word data": HEAD + b'"none"}',
    "number data": HEAD + b"0}",
    "true data": HEAD + b"true}",
    "strange object as data": HEAD + b'{"items":[]}}',
    "data of words": HEAD + b'["a","b"]}',
    "data of nulls": HEAD + b"[null]}",
    "data of lists": HEAD + b"[[]]}",
    "item without uuid": HEAD + b'[{"startTime":"2026-11-12T10:00:00+05:30"}]}',
    "item with a null uuid": HEAD + b'[{"phonon-uuid":null}]}',
    "item with a number for uuid": HEAD + b'[{"phonon-uuid":{}}]}',
    "deep item": HEAD + b"[" + ITEM + b"[" * 300 + b"]" * 300 + b"}]}",
    "partial without data": b'{"api-response-code":209}',
}
PAGES = {
    "page": b"<html><body>hello</body></html>",
    "doctype": b"<!DOCTYPE html>\n<html></html>",
    "mark and page": b"\xef\xbb\xbf<html></html>",
    "blank lines and page": b"\n\n  <HTML></HTML>",
    "comment and page": b"<!-- proxy --><html></html>",
    "captcha": b"<head><title>Are you human?</title></head>",
    "words and page": b"Blocked. <html>",
    "utf-16 page": "<html></html>".encode("utf-16"),
}


@pytest.mark.parametrize("body", NOT_DATA.values(), ids=NOT_DATA)
def test_what_is_no_reply_is_an_unreadable_answer(body):
    with pytest.raises(Unreadable) as caught:
        reply_of(body, [UUID], http_status=200)
    is_markup = body.startswith(b"<")
    assert isinstance(caught.value, WebPage) is is_markup
    assert caught.value.action in (Action.RETRY, Action.SPLIT)
    assert caught.value.http_status == 200


@pytest.mark.parametrize("body", PAGES.values(), ids=PAGES)
def test_a_web_page_is_called_a_web_page(body):
    with pytest.raises(WebPage, match="a web page instead of data"):
        reply_of(body, [UUID], http_status=200)


def not_found_from(body: bytes, read=reply_of) -> list[str]:
    try:
        reply: Reply = read(body, [UUID], http_status=200)
    except PullError:
        return []
    return reply.missing


def test_no_bad_body_marks_a_uuid_as_not_found():
    assert len(NOT_DATA) + len(PAGES) >= 60
    for body in (*NOT_DATA.values(), *PAGES.values()):
        assert not_found_from(body) == []


def test_a_reader_that_takes_any_object_for_an_answer_would_be_found():
    def credulous(body: bytes, asked: list[str], *, http_status: int) -> Reply:
        return Reply(http_status, 200, "", len(body), 0, {}, asked, 0)

    assert not_found_from(NOT_DATA["other object"], credulous) == [UUID]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_every_encoding_of_json_is_read(encoding):
    reply = reply_of(GOOD.decode().encode(encoding), [UUID], http_status=200)
    assert len(reply.calls[UUID].attempts) == 3


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (b'"a\\u0000b"', "a\ufffdb"),
        (b'"\\ud800"', "\ufffd"),
        (b'"\\uDFFF x"', "\ufffd x"),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'"\xff"', "\ufffd"),
        (b"NaN", "NaN"),
        (b"-Infinity", "-Infinity"),
        (b"1e999", "1e999"),
        (b"1.5", 1.5),
        (b"9" * 5000, "9" * 5000),
        (b"12345678901234567890", "12345678901234567890"),
        (b"0.12345678901234567890", "0.12345678901234567890"),
    ],
)
def test_what_cannot_be_stored_is_changed_where_everybody_sees_it(written, kept):
    reply = reply_of(HEAD + b"[" + ITEM + written + b"}]}", [UUID], http_status=200)
    call = reply.calls[UUID]
    assert call.unknown == {"x": kept}
    assert json.loads(call.raw)["x"] == kept
    call.raw.encode()


def test_names_of_fields_are_made_storable_too():
    assert value_of(b'{"a\\u0000":1}') == {"a\ufffd": 1}


def test_of_a_name_that_stands_twice_the_last_counts():
    body = b'{"api-response-code":500,"api-response-code":213,"data":[]}'
    assert reply_of(body, [UUID], http_status=200).missing == [UUID]


def test_a_code_written_as_text_is_a_code():
    assert reply_of(as_bytes(envelope([], "213")), [UUID], http_status=200).code == 213


def test_a_value_is_kept_as_deep_as_one_can_read_it_back():
    deep: object = 1
    for _ in range(60):
        deep = [deep]
    assert json.loads(to_json(deep)) == deep
    with pytest.raises(Unreadable):
        to_json([[[[[deep]]]]])


ATTEMPTS = {
    "a list": (b'[ {"attemptId": "a-1" , "x":"\xc3\xa9"} ]', ['{"attemptId": "a-1" , "x":"é"}']),
    "a list with more": (b'[7, {"attemptId" : "a-1"}, "x"]', ['{"attemptId" : "a-1"}']),
    "one object": (b'{"attemptId":"a-1",  "n": 1.50}', ['{"attemptId":"a-1",  "n": 1.50}']),
}  # fmt: skip


@pytest.mark.parametrize(("written", "kept"), ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_an_attempt_keeps_the_text_in_which_it_came(written, kept):
    item = b'{"phonon-uuid": "' + UUID.encode() + b'","attempts":' + written + b', "y" :2.0}'
    reply = reply_of(HEAD + b"[" + item + b"]}", [UUID], http_status=200)
    call = reply.calls[UUID]
    assert [one.raw for one in call.attempts] == kept
    assert call.raw == '{"phonon-uuid":"' + UUID + '","y":2.0}'


@pytest.mark.parametrize("place", ["attempt", "call"])
def test_what_is_nested_too_deep_is_no_data_wherever_it_stands(place):
    deep = b"[" * 70 + b"]" * 70
    inside = b'{"attemptId":"a-1","x":' + (deep if place == "attempt" else b"1") + b"}"
    outside = b',"y":' + (deep if place == "call" else b"1")
    body = HEAD + b"[" + ITEM[:-5] + b',"attempts":[' + inside + b"]" + outside + b"}]}"
    with pytest.raises(Unreadable):
        reply_of(body, [UUID], http_status=200)
