"""Which spellings are read as a UUID, which are near-misses, and which are neither."""

from __future__ import annotations

import pytest

from lookups.intake import Entry, Kind, entries, open_text
from lookups.intake.counting.fast_tally import careful_tally, tally
from lookups.intake.uuids.uuid_pattern import tokens, tokens_between

U = "550e8400-e29b-41d4-a716-446655440000"
V = "0b7e6d1c-93a5-4f21-8c3e-5d2f9a41b6e7"
BARE = "550e8400e29b41d4a716446655440000"
NOT_PLAIN = "digits that are not plain 0-9"
HYPHENS = "hyphens in the wrong place"


def read(text: str) -> list[Entry]:
    return list(entries(open_text(text)))


READ_AS_U = {
    "plain": U,
    "upper case": U.upper(),
    "mixed case": "550E8400-e29b-41D4-a716-446655440000",
    "bare": BARE,
    "bare upper case": BARE.upper(),
    "braces": f"{{{U}}}",
    "bare in braces": f"{{{BARE}}}",
    "opening brace only": f"{{{U}",
    "closing brace only": f"{U}}}",
    "urn": f"urn:uuid:{U}",
    "URN in upper case": f"URN:UUID:{U.upper()}",
    "double quotes": f'"{U}"',
    "single quotes": f"'{U}'",
    "typographic quotes": f"“{U}”",
    "parentheses": f"({U})",
    "angle brackets": f"<{U}>",
    "trailing comma": f"{U},",
    "trailing full stop": f"{U}.",
    "trailing semicolon": f"{U};",
    "leading tab": f"\t{U}",
    "spaces around": f"   {U}   ",
    "bullet": f"• {U}",
    "number before": f"1. {U}",
    "markdown list": f"- {U}",
    "URL path": f"https://example.com/calls/{U}?tab=1",
    "URL query": f"https://example.com/?id={U}&x=2",
    "URL-encoded braces": f"https://example.com/?id=%7B{U}%7D",
    "URL-encoded equals": f"id%3D{U}",
    "JSON": f'{{"phonon-uuid": "{U}", "n": 1}}',
    "JSON escape": f'"text\\n{U}\\tmore"',
    "unicode escape": f"\\u007b{U}\\u007d",
    "log line": f"2026-11-12 10:47:03,120 INFO [dialler-7] call={U} leg=2 num=+919812342728",
    "equals sign": f"call={U}",
    "colon": f"id:{U}",
    "underscore before": f"id_{U}",
    "underscore after": f"{U}_1.wav",
    "file name": f"recording-{U}-part1.mp3",
    "word with a hyphen": f"call-{U}",
    "word ending in a hex letter": f"code-{U}",
    "command line option": f"--{U}",
    "bare after a word": f"call-{BARE}",
    "no-break space around": f"\u00a0{U}\u00a0",
    "no-break space inside": "550e8400\u00a0-e29b-41d4-a716-446655440000",
    "no-break space in a group": "550e\u00a08400-e29b-41d4-a716-446655440000",
    "zero-width space inside": "550e\u200b8400-e29b-41d4-a716-446655440000",
    "zero-width joiner at a hyphen": "550e8400-\u200de29b-41d4-a716-446655440000",
    "zero-width space in a bare one": "550e8400e29b\u200b41d4a716446655440000",
    "byte order mark before": f"\ufeff{U}",
    "soft hyphen inside": "550e8400-e29b-41d4-a716-4466\u00ad55440000",
    "left-to-right mark after": f"{U}\u200e",
    "bidi isolate around": f"\u2068{U}\u2069",
    "U+2010 hyphen": U.replace("-", "\u2010"),
    "U+2011 no-break hyphen": U.replace("-", "\u2011"),
    "U+2012 figure dash": U.replace("-", "\u2012"),
    "U+2013 en dash": U.replace("-", "\u2013"),
    "U+2014 em dash": U.replace("-", "\u2014"),
    "U+2015 bar": U.replace("-", "\u2015"),
    "U+2212 minus": U.replace("-", "\u2212"),
    "one dash of five": "550e8400\u2013e29b-41d4-a716-446655440000",
    "Hindi beside it": f"कॉल {U} नमस्ते",
    "Chinese touching it": f"电话{U}结束",
    "emoji touching it": f"☎{U}☎",
    "narrow no-break space around": f"\u202f{U}\u202f",
    "figure space before": f"\u2007{U}",
    "word joiner inside": "550e8400-e29b-41d4\u2060-a716-446655440000",
    "zero-width non-joiner inside": "550e8400-e29b-41\u200cd4-a716-446655440000",
    "several zero-width characters": "\u200b550e8400\u200b-\u200be29b-41d4-a716-446655440000\u200b",
    "dashes and zero-width space": "550e8400\u2013e29b\u200b\u201341d4\u2013a716\u2013446655440000",
    "small hyphen": U.replace("-", "\ufe63"),
    "full-width hyphen": U.replace("-", "\uff0d"),
    "square brackets": f"[{U}]",
    "backticks": f"`{U}`",
    "pipes of a table": f"| {U} | answered |",
    "semicolons of a table": f"T-88;{U};Mumbai",
    "tabs of a table": f"T-88\t{U}\tMumbai",
    "HTML attribute": f'<td data-id="{U}">',
    "HTML entity before": f"&nbsp;{U}&nbsp;",
    "XML element": f"<phonon-uuid>{U}</phonon-uuid>",
    "quoted twice for CSV": f'"""{U}"""',
    "e-mail quote": f"> > {U}",
    "hash before": f"#{U}",
    "at sign before": f"@{U}",
    "slash on both sides": f"/calls/{U}/",
    "backslash path": f"C:\\calls\\{U}.json",
    "ellipsis after": f"{U}…",
    "exclamation mark after": f"{U}!",
    "smart apostrophe": f"{U}’s call",
    "YAML": f"uuid: '{U}'",
    "SQL": f"WHERE uuid = '{U}';",
    "shell variable": f"UUID={U} ./run",
    "GUID constructor": f'new Guid("{U}")',
    "log prefix in brackets": f"[2026-11-12 10:47] ({U}) done",
    "vertical tab before": f"\x0b{U}",
    "line separator before": f"\u2028{U}",
}


@pytest.mark.parametrize("text", READ_AS_U.values(), ids=READ_AS_U)
def test_this_spelling_is_read_as_the_uuid(text: str) -> None:
    (entry,) = read(text)
    assert (entry.kind, entry.uuid, entry.reason) == (Kind.UNIQUE, U, "")
    assert entry.text in text


READ_THROUGH = {
    "typographic dashes": U.replace("-", "\u2013"),
    "invisible characters": "550e\u200b8400-e29b-41d4-a716-446655440000",
    "no-break spaces": f"\u00a0{U}\u00a0",
    "typographic dashes and invisible characters": f"\u200b{U.replace('-', chr(0x2011))}\u200b",
}


@pytest.mark.parametrize("kinds", READ_THROUGH)
def test_what_a_uuid_was_read_through_is_said(kinds: str) -> None:
    (entry,) = read(f"call {READ_THROUGH[kinds]} please")
    assert (entry.uuid, entry.read_as) == (U, kinds)


@pytest.mark.parametrize("text", [U, U.upper(), BARE, f"{{{U}}}", f"“{U}”", f"कॉल {U}"])
def test_nothing_is_said_of_a_uuid_that_was_read_as_it_stood(text: str) -> None:
    assert [entry.read_as for entry in read(text)] == [""]


VERSIONS = [
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    *(f"550e8400-e29b-{version}1d4-a716-446655440000" for version in range(1, 9)),
    "550e8400-e29b-f1d4-0716-446655440000",
    "12345678-1234-1234-1234-123456789012",
]


@pytest.mark.parametrize("uuid", VERSIONS)
def test_any_version_and_variant_is_read(uuid: str) -> None:
    assert [entry.uuid for entry in read(uuid)] == [uuid]


NEAR_MISSES = {
    U[:-1]: "one digit short",
    U[1:]: "one digit short",
    U[:-2]: "2 digits short",
    U[:-8]: "8 digits short",
    U + "1": "one digit too many",
    U + "12": "2 digits too many",
    "5" + U: "one digit too many",
    "550e8400-e29b-41d4-a71-446655440000": "one digit short",
    "550e8400-e29b-41d4-a7166-446655440000": "one digit too many",
    BARE[:-1]: "one digit short",
    BARE + "0": "one digit too many",
    BARE[:-2]: "2 digits short",
    U[:-1] + "g": "a letter that is not a hex digit: g",
    "55Oe8400-e29b-41d4-a716-446655440000": "a letter that is not a hex digit: O",
    "55oe8400-e29b-4ld4-a716-446655440000": "letters that are not hex digits: o, l",
    BARE[:-1] + "z": "a letter that is not a hex digit: z",
    "\uff15\uff15\uff10e8400-e29b-41d4-a716-446655440000": NOT_PLAIN,
    "550e8400-e29b-41d4-a716-44665544000\u0660": NOT_PLAIN,
    "\u0665\u0665\u0660e8400-e29b-41d4-a716-446655440000": NOT_PLAIN,
    U + "\uff11": NOT_PLAIN,
    "550\u04358400-e29b-41d4-a716-446655440000": "a letter that is not a hex digit: \u0435",
    "550e840-0e29b-41d4-a716-446655440000": HYPHENS,
    "550e8400e29b-41d4-a716-446655440000": HYPHENS,
    "550e8400-e29b-41d4-a716446655440000": HYPHENS,
    "550e8400-e29b-41d4-a716-44665544-0000": HYPHENS,
    "550e8400--e29b-41d4-a716-446655440000": HYPHENS,
    f"{U}-1234": "more groups than a UUID has",
    f"20241105-{U}": "more groups than a UUID has",
    f"{U}-{V}": "more groups than a UUID has",
    f"{U}-\u200b{V}": "more groups than a UUID has",
    f"{U}\u200b-{V}": "more groups than a UUID has",
    f"{U}\u2013{V}": "more groups than a UUID has",
    f"{U}-\u200b1234": "more groups than a UUID has",
    f"20241105\u200b-{U}": "more groups than a UUID has",
    f"20241105-\u200b{U}": "more groups than a UUID has",
    f"{U}{V}": "joined to other letters or digits",
    f"call{U}": "joined to other letters or digits",
    f"{U}call": "joined to other letters or digits",
    f"{BARE}-1": "joined to other letters or digits",
}


def near_miss_name(text: str) -> str:
    return NEAR_MISSES[text] + " " + text.encode("ascii", "backslashreplace").decode()


@pytest.mark.parametrize("text", NEAR_MISSES, ids=near_miss_name)
def test_a_near_miss_is_rejected_with_its_reason(text: str) -> None:
    (entry,) = read(f"see {text}, please")
    assert (entry.kind, entry.text, entry.uuid) == (Kind.REJECTED, text, "")
    if text == f"{U}{V}":  # nine groups
        assert entry.reason
    else:
        assert entry.reason == NEAR_MISSES[text]


NEITHER = [
    "phonon_uuid",
    "Ordinary words in a sentence, nothing else.",
    "well-known-state-of-the-art-solution-architecture",
    "accelerated-feedback-decade-facade-effaced",
    "+91 98123 42728",
    "9812342728",
    "9812342728-9812342729-9812342730",
    "022-2345-6789",
    "2026-11-12T10:47:03.120+05:30",
    "2026-11-12-10-47-03",
    "order 1234-5678-9012-3456",
    "4111 1111 1111 1111",
    "1234567890123456\u00a01234567890123456",
    "ISBN 978-3-16-148410-0",
    "ABCDE-FGHIJ-KLMNO-PQRST-UVWXY",
    "S-1-5-21-3623811015-3361044348-30300820-1013",
    "00:1A:2B:3C:4D:5E",
    "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
    "550e8400e29b41d4a71644665544_000",
    "550e8400 e29b 41d4 a716 446655440000",
    "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "Root=1-5759e988-bd862e3fe1be46a994272793",
    "customer.service.department@example.com",
    "https://example.com/a/very/long/path-with-many-hyphens-in-it/index.html",
    "7KQ2ZT9WM4XVY8RNB3HJPLDSG6FTUCEA",
]


@pytest.mark.parametrize("text", NEITHER)
def test_this_line_is_neither_and_is_rejected_as_a_whole(text: str) -> None:
    assert tokens(text) == []
    (entry,) = read(text)
    assert (entry.kind, entry.text, entry.reason) == (Kind.REJECTED, text, "no UUID")


def test_the_text_of_an_entry_keeps_what_was_pasted_so_that_read_as_can_be_said() -> None:
    pasted = "550e\u200b8400\u2013E29B-41d4-a716-446655440000"
    (entry,) = read(f"x {pasted} y")
    assert (entry.text, entry.uuid) == (pasted, U)


CORPUS = [*READ_AS_U.values(), *VERSIONS, *NEAR_MISSES, *NEITHER]


def test_the_corpus_is_as_large_as_it_is_said_to_be() -> None:
    assert len(set(CORPUS)) >= 150


@pytest.mark.parametrize("text", CORPUS)
def test_counting_gives_the_sums_of_reading(text: str) -> None:
    assert tally(text.encode()) == careful_tally(text.encode())


# Found by random texts: where one reader saw less than the other.
CHAINS = [
    f"n{U}\u0663-{V}",
    f"{U}-\u0663{V.replace('-', '')}",
    f"{U}-\u200b{V}",
    "%5bc8fbbc-bde5-c099-4164-d8399f767c45",
    "%5bc8fbbc-bde5-c099-4164-d8399f767c45\u00e9",
    f"%5b{U}%5d",
]


@pytest.mark.parametrize("text", CHAINS)
def test_counting_a_chain_gives_the_sums_of_reading(text: str) -> None:
    assert tally(text.encode()) == careful_tally(text.encode())


@pytest.mark.parametrize("text", [*READ_AS_U.values(), *NEAR_MISSES, *NEITHER, *CHAINS])
def test_the_fast_reader_and_the_careful_reader_agree(text: str) -> None:
    assert tokens(text) == tokens_between(text)


@pytest.mark.parametrize(
    "text",
    ["a" * 2_000_000, "a-" * 1_000_000, f"{U}-" * 50_000, f"{BARE}-" * 50_000, "\u200b" * 500_000],
    ids=["one word", "hyphens", "UUIDs in a chain", "bare ones in a chain", "invisible"],
)
def test_a_long_line_without_a_break_is_read_once_and_gives_one_entry(text: str) -> None:
    (entry,) = read(text)
    assert entry.kind in (Kind.REJECTED, Kind.BLANK)
    assert len(entry.text) <= 200
