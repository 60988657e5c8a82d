"""The name that a lookup gets when the person gave none."""

import re
from collections.abc import Sequence
from itertools import takewhile

from lookups.intake import Entry
from lookups.lifecycle.uploads import Material
from lookups.story.masking import CUT, mask_text
from lookups.story.words import one_line

HEAD_BYTES = 4000
WORDS_LENGTH = 40
_HAS_UUID = re.compile(r"[0-9a-f]{8}[^0-9a-z]?[0-9a-f]{4}", re.IGNORECASE)


def name_of(material: Material, unique: int, entries: Sequence[Entry]) -> str:
    """The file's name, the first words of the paste with the count, or else the first UUID.

    "tickets.csv", "Hi team, refs below (calls: 12)", "b2f9909e and 11 more"; telephone numbers are
    masked. `entries` are the first ones; "" where neither words nor a UUID are among them.
    """
    if material.name:
        return mask_text(one_line(material.name))
    if words := _first_words(material):
        # With a letter before the count, which else could be taken for a part of a number.
        return f"{words} (call{'' if unique == 1 else 's'}: {unique:,})"
    first = next((entry.uuid[:8] for entry in entries if entry.uuid), "")
    return f"{first} and {unique - 1:,} more" if first and unique > 1 else first


def _first_words(material: Material) -> str:
    """The words before a UUID in the first line that is not blank, 40 characters at most."""
    material.stream.seek(0)
    # The mark tells the masking that digits at the end may be a part of a number.
    head = material.stream.read(HEAD_BYTES).decode(errors="replace") + CUT
    # All of it is masked, as a number may go on in the next line.
    line = next(filter(None, map(one_line, mask_text(head).splitlines())), "")
    words = list(takewhile(lambda word: not _HAS_UUID.search(word), line.split()))
    text = " ".join(words).rstrip(",;:-–")
    while len(text) > WORDS_LENGTH and len(words) > 1:
        words.pop()
        text = f"{' '.join(words)} …"
    is_told = any(letter.isalpha() for letter in text)
    return text[:WORDS_LENGTH] if is_told else ""
