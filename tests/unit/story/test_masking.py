import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookups.story import mask_number, mask_text

UUID = "b2f9909e-9ac4-4e5c-9ac8-183f24ea9436"
KEPT = [
    UUID,
    "12345678-1234-4234-8234-123456789012",
    f"{UUID}##pbx-9",
    "2026-11-12T10:00:36.901+05:30",
    "2026-11-12T10:00:36Z+05:30",
    "2026-11-12 10:00",
    "12-11-2026",
    "192.168.100.200",
    "9f" * 32,
    "deadbeef1234567a",
    '{"duration": "42000", "code": 16}',
    "1 2 3",
    "",
]


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+919812342728", "•••• 2728"),
        ("98123 42728", "•••• 2728"),
        ("sip:919812342728@pbx", "•••• 2728"),
        ("12728", "••••"),
        ("anonymous", "••••"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_number_shows_its_last_four_digits_at_most(number, masked):
    assert mask_number(number) == masked


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_telephone_number_stays_as_it_was(text):
    assert mask_text(text) == text


@pytest.mark.parametrize(
    "number",
    [
        "+919812342728",
        "919812342728",
        "9812342728",
        "98123 42728",
        "+91 98123-42728",
        "(022) 2345 2728",
        "+91 (22) 2345 2728",
        "00919812342728",
        "022-2345-2728",
        "+91\u00a098123\u00a042728",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "call {}.", '"to":"{}"', "tel:{};", f"{UUID} {{}} {UUID}", "rec_{}.wav"]
)
def test_a_number_in_any_writing_is_masked_and_its_surroundings_stay(number, around):
    assert mask_text(around.format(number)) == around.format("•••• 2728")


def test_a_number_left_over_from_a_web_address_is_masked():
    assert "98123" not in mask_text("?to=%2B919812342728&x=1")


def leaks(mask, number, before, after):
    """Whether the number can still be read in what the mask makes of a text around it."""
    return number in mask(f"{before}{number}{after}")


@settings(max_examples=200, deadline=None)
@given(
    st.from_regex(r"[6-9][0-9]{9}", fullmatch=True),
    st.text(max_size=20).filter(lambda text: not re.search(r"[\da-fA-F]$", text)),
    st.text(max_size=20).filter(lambda text: not re.search(r"^[\da-fA-F]", text)),
)
def test_no_surroundings_let_a_number_through(number, before, after):
    assert not leaks(mask_text, number, before, after)


def test_the_leak_check_notices_a_mask_that_does_nothing():
    assert leaks(lambda text: text, "9812342728", "call ", ".")
