import pytest

from lookups.story import CAUSES, cause


@pytest.mark.parametrize("code", ["16", "16.0", " 16 ", 16, 16.0, "016", "+16"])
def test_a_code_is_known_however_it_is_typed(code):
    assert (cause(code).label, cause(code).trust) == ("16 · Normal clearing", "high")


def test_the_raw_code_stands_beside_the_word():
    assert cause("18").label == "18 · Ring timeout"
    assert cause("-1").label == "-1 · Cancelled"
    assert cause("99").label == "Unknown cause (99)"
    assert cause("").label == "No cause given"


def test_only_the_codes_that_phonon_documents_surely_are_trusted():
    trusted = {code for code, known in CAUSES.items() if known.trust == "high"}
    assert trusted == {"16", "17", "5", "18", "3", "-1"}
    assert len(CAUSES) == 16


def test_a_switch_word_is_understood_and_not_trusted():
    known = cause("user_busy")
    assert (known.label, known.trust) == ("user_busy · Busy", "low")


@pytest.mark.parametrize("known", CAUSES.values(), ids=lambda known: known.code)
def test_every_cause_says_what_it_means_and_what_to_do(known):
    for sentence in (known.meaning, known.say, known.try_next):
        assert sentence.endswith((".", "?"))
        assert "!" not in sentence


def test_a_rejection_is_not_said_to_be_the_customers_doing():
    assert "does not say that the customer declined" in cause("13").meaning


@pytest.mark.parametrize("odd", [None, True, [], {}, object(), 10**40, float("nan"), "x" * 999])
def test_an_odd_code_has_no_trust_and_does_not_raise(odd):
    assert cause(odd).trust == "none"
    assert len(cause(odd).label) < 60
