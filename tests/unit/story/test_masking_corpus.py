"""No writing of a number gets through the mask, and the work does not grow faster than the text."""

import random
import sys
from uuid import UUID

import pytest

from lookups.story import cut, mask_number, mask_text
from tests.telephone_numbers import is_shown, writings

NUMBER = "9876501234"
CORPUS = writings(NUMBER)
AROUND = [
    "{}", "call {}.", "tel:{}", "sip:{}@pbx.example", "rec_{}.wav", "REQ{}", "{}##pbx-9",
    '{{"to": "{}"}}', '["{}"]', "https://recordings.example/{}/audio.mp3?to={}&x=1",
    "cafe{}", "{}e9", "b2f9909e-9ac4-4e5c-9ac8-183f24ea9436 {}", "at 2026-11-12T10:00:36Z to {}",
]  # fmt: skip


def shown(mask) -> list[str]:
    """The writings, each in every surrounding, that the mask lets through."""
    return [
        f"{name}: {around}"
        for name, writing in CORPUS.items()
        for around in AROUND
        if is_shown(
            NUMBER, mask(around.replace("{}", writing).replace("{{", "{").replace("}}", "}"))
        )
    ]


def test_the_corpus_is_large_and_its_reader_reads_all_of_it():
    assert len(CORPUS) > 200
    assert [name for name, writing in CORPUS.items() if not is_shown(NUMBER, writing)] == []


def test_no_writing_of_a_number_is_shown():
    assert shown(mask_text) == []


def test_no_writing_of_a_number_is_shown_where_a_number_is_expected():
    assert shown(mask_number) == []


@pytest.mark.parametrize(
    ("fault", "let_through"),
    [
        (lambda text: text, "space in the middle"),
        (lambda text: text.replace("\u202f", "x"), "narrow no-break space in the middle"),
        (lambda text: mask_text(text.replace("_", "x")), "underscore in the middle"),
        (lambda text: mask_text(text) if text.isascii() else text, "Thai"),
    ],
)
def test_a_mask_with_a_gap_is_noticed(fault, let_through):
    assert any(name.startswith(f"{let_through}:") for name in shown(fault))


@pytest.mark.parametrize("digits", [8, 9, 10, 12, 15, 16, 20, 40])
def test_long_runs_are_masked_as_well(digits):
    number = ("9182736450" * 4)[:digits]
    assert mask_text(f"no. {number}!") == f"no. •••• {number[-4:]}!"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-12T10:00:36.901+05:30",
        "10:00:36.901 10:47",
        "from 2026-11-12 10:00 to 2026-11-12 10:47",
        "12/11/2026",
        "code 16, 42 s, 1,200 of 185",
        "PNR-4821-99",
        "order 1234567",
        "SIP 486, Q.850 17",
        "10.0.0.1 and 192.168.100.200.",
        "from IP 98.76.50.12, address: 10.20.30.40",
        "b2f9909e-9ac4-4e5c-9ac8-183f24ea9436",
        "B2F9909E-9AC4-4E5C-9AC8-183F24EA9436##pbx-9",
        "d41d8cd98f00b204e9800998ecf8427e",
        "नमस्ते १२३",
    ],
)
def test_what_is_no_number_stays_readable(text):
    assert mask_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "00000000-0000-4000-8000-447911123456",
        "b2f9909e-9ac4-4e5c-9ac8-919876501234",
        "b2f9909e-9ac4-0e5c-9ac8-447911123456",
        "b2f9909e-9ac4-4e5c-9ac8-9876501234ff",
        "00000000-0000-4000-8000-1876501234ff",
        "00000000-0000-4000-8000-a9876501234f",
        "91987650-1234-4000-8000-0000000000aa",
        "98765012-3412-4abc-8def-00000000000f",
        "deadbeef98765012",
        "98.76.50.12",
        "ship 91.98.76.50",
        "cafe9876501234",
        "2026-11-12T10:00:36.9876501234",
        "12-11-2026-9876",
        "91.98.76.501.234",
    ],
)
def test_what_only_looks_like_something_else_is_masked(text):
    assert "••••" in mask_text(text)


def test_random_uuids_stay_readable():
    chance = random.Random(16)
    uuids = [str(UUID(int=chance.getrandbits(128), version=4)) for _ in range(10_000)]
    assert sum(mask_text(one) != one for one in uuids) < 100


def test_a_uuid_that_was_asked_for_stays_whatever_it_looks_like():
    uuid = "00000000-0000-4000-8000-447911123456"
    assert mask_text(f"{uuid.upper()} 9876501234", keep=uuid) == f"{uuid.upper()} •••• 1234"


@pytest.mark.parametrize(
    "text",
    [
        '<a href="tel:9876501234">',
        '<a href="tel:98765%2001234">x</a>',
        "<!-- 98765 01234 -->",
        '<b>12</b><i id="98765-01234">34</i>',
    ],
)
def test_a_number_within_a_tag_is_masked_as_well(text):
    assert not is_shown(NUMBER, mask_text(text))
    assert "••••" in mask_text(text)


def test_tags_around_a_number_keep_their_form():
    text = '<span class="ph_no">98765</span><span class="ph_no">01234</span>'
    masked = '<span class="ph_no">••••</span><span class="ph_no">••••1234</span>'
    assert mask_text(text) == masked


def test_json_keeps_its_form():
    text = '{\n  "to": [\n    "98765",\n    "01234"\n  ]\n}'
    assert mask_text(text) == '{\n  "to": [\n    "••••",\n    "••••1234"\n  ]\n}'


@pytest.mark.parametrize("text", ["…98765…", "sent to 987650…", "9876501…"])
def test_digits_before_the_mark_of_a_cut_are_hidden_whole(text):
    assert not any(character.isdigit() for character in mask_text(text))


@pytest.mark.parametrize("most", [120, 200, 500])
def test_a_text_that_the_portal_cuts_hides_the_digits_before_the_cut(most):
    text = cut("q" * (most - 8) + NUMBER, most)
    assert len(text) == most
    assert not any(character.isdigit() for character in mask_text(text))
    assert cut("q" * most, most) == "q" * most


@pytest.mark.parametrize("writing", CORPUS.values())
def test_a_masked_text_stays_as_it_is_when_it_is_masked_again(writing):
    once = mask_text(f"call {writing}.")
    assert mask_text(once) == once


PATTERNS = [
    "9", "9-", "-", "a", "\\", "%25", "&amp;", "<a ", "9%3", "9\u202f", "+(", "12345678-1234-",
    "1.2.3.4", "10:00:36.", '["9",', "%", "&", "\\u", "25", "<a", "2026-11-", "10:00 Z+",
    "deadbeef", "<!--", "<b>9", "<a b='9'>", "%u", "&#x0", "&#0", "&nbsp", "\\u{", "&lt;", "]]>9",
]  # fmt: skip


def steps(function, text: str) -> int:
    """Lines of Python that run. What a regular expression does in C is not seen here: the next test
    takes texts of a length at which work that grows with its square would not come to an end."""
    count = 0

    def trace(frame, event, arg):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize(("before", "after"), [("9", "g"), ("<", "x")])
def test_the_work_grows_with_the_text_and_no_faster(pattern, before, after):
    def text(length):
        return before + pattern * (length // len(pattern)) + after

    assert steps(mask_text, text(8_000)) <= 4.5 * steps(mask_text, text(2_000)) + 500


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_long_text_of_any_pattern_comes_to_an_end(pattern):
    assert mask_text(pattern * (256_000 // len(pattern)) + "g")
