"""Sealed secrets open in their own place with their own key, and nowhere else."""

import random

import pytest

from lookups.sealing import Altered, NoKey, Outdated, key_id_of, open_sealed, seal

OLD = ("old", b"o" * 32)
NEW = ("new", b"n" * 32)
PLACE = "team 1, credential 2, security_id, https://pull.phonon.example:443"


def test_what_was_sealed_opens_again():
    sealed = seal("s3cret-id", place=PLACE, keys=[NEW])
    assert open_sealed(sealed, place=PLACE, keys=[NEW]) == "s3cret-id"


def test_the_sealed_text_does_not_hold_the_secret():
    assert "s3cret-id" not in seal("s3cret-id", place=PLACE, keys=[NEW])


def test_the_newest_key_seals_and_an_older_one_still_opens():
    sealed = seal("s3cret-id", place=PLACE, keys=[OLD])
    assert open_sealed(sealed, place=PLACE, keys=[NEW, OLD]) == "s3cret-id"
    assert key_id_of(seal("s3cret-id", place=PLACE, keys=[NEW, OLD])) == "new"


def test_sealing_twice_gives_two_texts():
    assert seal("s", place=PLACE, keys=[NEW]) != seal("s", place=PLACE, keys=[NEW])


@pytest.mark.parametrize(
    "elsewhere",
    [
        "team 9, credential 2, security_id, https://pull.phonon.example:443",
        "team 1, credential 9, security_id, https://pull.phonon.example:443",
        "team 1, credential 2, flow_id, https://pull.phonon.example:443",
        "team 1, credential 2, security_id, https://elsewhere.example:443",
        "team 1, credential 2, security_id",
    ],
)
def test_a_secret_that_was_moved_to_another_place_does_not_open(elsewhere):
    with pytest.raises(Altered):
        open_sealed(seal("s", place=PLACE, keys=[NEW]), place=elsewhere, keys=[NEW])


def test_without_its_key_a_secret_does_not_open():
    with pytest.raises(NoKey):
        open_sealed(seal("s", place=PLACE, keys=[OLD]), place=PLACE, keys=[NEW])


def test_the_right_id_with_the_wrong_key_does_not_open():
    with pytest.raises(Altered):
        open_sealed(seal("s", place=PLACE, keys=[OLD]), place=PLACE, keys=[("old", b"x" * 32)])


def test_a_text_of_the_first_version_opens_only_where_it_is_asked_for():
    first = seal("s", place=PLACE, keys=[NEW], version="v1")
    assert open_sealed(first, place=PLACE, keys=[NEW], version="v1") == "s"
    with pytest.raises(Outdated):
        open_sealed(first, place=PLACE, keys=[NEW])


@pytest.mark.parametrize(("made", "passed_off_as"), [("v1", "v2"), ("v2", "v1")])
def test_no_version_passes_for_the_other(made, passed_off_as):
    sealed = seal("s", place=PLACE, keys=[NEW], version=made)
    relabelled = sealed.replace(made, passed_off_as, 1)
    with pytest.raises(Altered):
        open_sealed(relabelled, place=PLACE, keys=[NEW], version=passed_off_as)


def test_without_any_key_nothing_is_sealed():
    with pytest.raises(NoKey):
        seal("s", place=PLACE, keys=[])


def flipped(sealed: str, dice: random.Random) -> str:
    """The text with one character of its last part replaced by another of the same alphabet."""
    place = dice.randrange(len("v1.new."), len(sealed.rstrip("=")) - 1)
    other = dice.choice([c for c in "ABCDwxyz0189+/" if c != sealed[place]])
    return sealed[:place] + other + sealed[place + 1 :]


def count_opened(texts: list[str], opener) -> int:
    opened = 0
    for text in texts:
        try:
            opener(text)
            opened += 1
        except Exception:
            continue
    return opened


def test_no_altered_text_opens_and_a_cipher_without_a_tag_would():
    dice = random.Random(7)
    sealed = seal("a" * 64, place=PLACE, keys=[NEW])
    altered = [flipped(sealed, dice) for _ in range(1000)]

    assert count_opened(altered, lambda text: open_sealed(text, place=PLACE, keys=[NEW])) == 0
    # The planted fault: decoding alone, as a cipher without authentication would do.
    assert count_opened(altered, lambda text: text.split(".")[2]) == 1000


@pytest.mark.parametrize(
    "text", ["", "plain", "v2.new.", "v2.new.!!!", "v1.new.AAAA", "v2.new.AAAA", "v3.new.AAAA"]
)
def test_anything_else_is_refused_and_never_taken_as_plain_text(text):
    with pytest.raises(Altered):
        open_sealed(text, place=PLACE, keys=[NEW])
