"""A UUID that an escape touches: of terminals, mails, links, programs and system logs."""

from __future__ import annotations

import pytest

from lookups.intake import entries, open_file, summarise
from tests.unit.intake.reading import BARE, CASES, U, V, read, told

ESCAPES = {
    "reset of colours": "\x1b[0m",
    "two colours": "\x1b[2m\x1b[1;31m",
    "256 colours": "\x1b[38;5;12m",
    "grep's colours": "\x1b[01;31m\x1b[K",
    "tput sgr0": "\x1b(B",
    "one-byte control": "\x9b32m",
    "symbol for escape": "\u241b[0m",
    "colour without its escape": "[32m",
    "colour in JSON": "\\u001b[0m",
    "colour in a C string": "\\x1b[0m",
    "colour in a shell string": "\\033[32m",
    "colour in a printf": "\\e[0m",
    "colour in a system log": "#033[0m",
    "colour by cat -v": "^[[0m",
    "mail: equals": "=3D",
    "mail: equals in lower case": "=3d",
    "mail: line end": "=0D=0A",
    "mail: colon": "=3A",
    "mail: no-break space": "=C2=A0",
    "mail: zero-width space": "=E2=80=8B",
    "mail: byte order mark": "=EF=BB=BF",
    "link: equals": "%3D",
    "link: slash in lower case": "%2f",
    "link: space": "%20",
    "link: at": "%40",
    "link: underscore": "%5F",
    "link: line end": "%0D%0A",
    "link: twice": "%253D",
    "link: three times": "%25253D",
    "link: no-break space": "%C2%A0",
    "link: Latin-1 no-break space": "%A0",
    "link: zero-width space": "%E2%80%8B",
    "link: en dash": "%E2%80%93",
    "link: of a script": "%u200b",
    "program: equals": "\\x3d",
    "program: bytes of a space": "\\xc2\\xa0",
    "program: no-break space": "\\xa0",
    "program: equals in four digits": "\\u003d",
    "program: zero-width space": "\\u200b",
    "program: byte order mark": "\\ufeff",
    "program: eight digits": "\\U0000200b",
    "program: escaped twice": "\\\\u003d",
    "program: new line": "\\n",
    "program: tab, twice": "\\\\t",
    "program: line end": "\\r\\n",
    "octal: new line": "\\012",
    "octal: tab": "\\011",
    "octal: equals": "\\075",
    "octal: no-break space": "\\302\\240",
    "system log: new line": "#012",
    "system log: tab": "#011",
    "system log: carriage return": "#015",
    "web page: entity without its end": "&nbsp",
    "caret: carriage return": "^M",
}


@pytest.mark.parametrize("written", [U, U.upper(), BARE], ids=["plain", "upper case", "bare"])
@pytest.mark.parametrize("escape", ESCAPES.values(), ids=ESCAPES)
def test_an_escape_before_a_uuid_is_no_part_of_it(escape: str, written: str) -> None:
    (entry,) = read(f"call {escape}{written} ended")
    assert (entry.uuid, entry.text, entry.read_as) == (U, written, "an escape")


@pytest.mark.parametrize("escape", ESCAPES.values(), ids=ESCAPES)
def test_an_escape_between_two_uuids_parts_them(escape: str) -> None:
    assert [uuid for uuid, _ in told(f"{U}{escape}{V}")] == [U, V]


@pytest.mark.parametrize("escape", ESCAPES.values(), ids=ESCAPES)
def test_an_escape_on_both_sides_of_a_name_leaves_the_uuid_of_the_name(escape: str) -> None:
    assert told(f"{escape}rec-{U}{escape}")[0][0] == U


@pytest.mark.parametrize("sign", ["&#x3d;", "&#61;", "&nbsp;", "&equals;", "_x003D_", "%", "="])
def test_nothing_is_said_of_what_ends_in_no_letter(sign: str) -> None:
    assert told(f"id{sign}{U}") == [(U, "")]


@pytest.mark.parametrize("prefix", ["0x", "0X", "id=0x", "(0x", "\\x"])
@pytest.mark.parametrize("written", [U, BARE])
def test_the_prefix_of_hex_numbers_is_no_part_of_it(prefix: str, written: str) -> None:
    ((uuid, read_as),) = told(f"{prefix}{written}")
    assert uuid == U
    assert read_as in ("0x", "an escape")


@pytest.mark.parametrize("before", ["urn:uuid:", "{", "URN:UUID:{", "uuid:", "guid'", 'X"', "{{"])
@pytest.mark.parametrize("written", [U, BARE])
def test_nothing_is_said_of_a_prefix_that_is_part_of_the_spelling(
    before: str, written: str
) -> None:
    assert told(f"{before}{written}") == [(U, "")]


WITHIN = {
    "grep's mark of a group": "550e8400-\x1b[01;31m\x1b[Ke29b\x1b[m\x1b[K-41d4-a716-446655440000",
    "a colour within a group": "550e\x1b[31m8400-e29b-41d4-a716-446655440000",
    "a bare one with a colour within": "550e8400e29b\x1b[0m41d4a716446655440000",
    "zero-width space of a program": "550e8400-\\u200be29b-41d4-a716-446655440000",
    "soft hyphen of a web page": "550e8400-e29b-41d4-a716-4466&shy;55440000",
    "place for a break of a web page": "550e8400-e29b-<wbr>41d4-a716-446655440000",
    "zero-width space of a web page": "550e8400-e29b-&#8203;41d4-a716-446655440000",
    "link: hyphens": U.replace("-", "%2D"),
    "link: hyphens, twice": U.replace("-", "%252d"),
    "mail: hyphens": U.replace("-", "=2D"),
    "program: hyphens": U.replace("-", "\\u002d"),
    "program: hyphens of two digits": U.replace("-", "\\x2d"),
    "program: dashes": U.replace("-", "\\u2013"),
    "markdown: hyphens": U.replace("-", "\\-"),
    "web page: hyphens": U.replace("-", "&#45;"),
    "web page: dashes": U.replace("-", "&ndash;"),
}


@pytest.mark.parametrize("written", WITHIN.values(), ids=WITHIN)
def test_escapes_within_a_uuid_are_told(written: str) -> None:
    (entry,) = read(f"call {written} ended")
    assert (entry.uuid, entry.text) == (U, written)
    assert entry.read_as in ("escapes within", "other signs for hyphens")


LONGER_THAN_A_UUID = {
    "a digit more behind an escape": f"=3D{U}0",
    "a letter's escape": f"%41{U}",
    "a digit's escape": f"\\x31{U}",
    "a letter of a program": f"\\u0041{U}",
    "no escape of a mail": f"=20{U}",
    "no control of a system log": f"#099{U}",
    "0x with a digit more": f"0x{BARE}0",
    "0x within a word": f"a0x{BARE}",
}


@pytest.mark.parametrize("text", LONGER_THAN_A_UUID.values(), ids=LONGER_THAN_A_UUID)
def test_what_is_no_escape_is_not_taken_away(text: str) -> None:
    assert [uuid for uuid, _ in told(text)] == [""]


@pytest.mark.parametrize("intro", ["%", "=", "\\", "#", "%25"])
@pytest.mark.parametrize("first", ["3d", "5b", "0a", "012"])
def test_a_whole_uuid_that_begins_like_an_escape_is_left_whole(intro: str, first: str) -> None:
    whole = first + U[len(first) :]
    assert [uuid for uuid, _ in told(f"{intro}{whole}")] == [whole]


def test_the_log_with_colours() -> None:
    source = open_file("coloured.log", (CASES / "coloured.log").read_bytes())
    found = list(entries(source))
    assert [one.uuid[:8] for one in found] == [
        "390cdfec",
        "2ec93cc4",
        "68505f3b",
        "afd733f9",
        "8864c233",
    ]
    assert {one.read_as for one in found} == {"an escape"}
    sums = summarise(source)
    assert (sums.entries, sums.unique, sums.read_as) == (5, 5, 5)
