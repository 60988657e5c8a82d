import pytest

from lookups.whole_number import whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("318", 318), ("0" * 17 + "7", 7)])
def test_ascii_digits_are_read(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize("text", [None, "", " 1", "-1", "1.0", "1_0", "٣", "²", "9" * 19, "\0"])
def test_anything_else_is_no_number(text):
    assert whole_number(text) is None
