"""Escapes: characters that programs write as several, of which the last may be a letter or digit.

Such as "=3D" of a mail, "%3D" of a link, the colours of a terminal, "#012" of a system log. One
that touches a UUID is no part of it. Only escapes of characters that are neither letters nor digits
are known here, and what is a whole UUID after the first sign of an escape was not written so.
"""

from __future__ import annotations

import re

from lookups.intake.uuids.shape import WHOLE

AN_ESCAPE = "an escape"
A_PREFIX = "0x"

_NO_UUID = f"(?!{WHOLE})"
_THEN_UUID = f"(?={WHOLE})"
_SIGN = "(?:[012][0-9a-f]|3[a-f]|40|5[b-f]|60|7[b-f])"
"""Two hex digits: any ASCII character that is neither letter nor digit."""
_CODE = f"(?:00(?:{_SIGN}|[89][0-9a-f]|a0|ad|ab|bb)|20[0-6][0-9a-f]|180e|2212|3000|feff)"
"""Four hex digits: as above, and the blanks, dashes and quotes of Unicode."""
_OCTAL = "(?:0[0-5][0-7]|07[2-7]|100|13[3-7]|140|17[3-7])"


def _blank_of_bytes(intro: str) -> str:
    """A no-break space, dash, quote, zero-width character or byte order mark, byte by byte."""
    several = (
        "a[0d]",
        "c2(?:a0|ad)",
        "e2 80 [89a][0-9a-f]",
        "e2 81 a[0-4]",
        "e3 80 80",
        "ef bb bf",
    )
    return "|".join(one.replace(" ", intro).replace("c2", f"c2{intro}") for one in several)


# Backslashes are counted, for a text may hold a million in a row.
_BYTE = r"\\{1,4}x"
_COMMAND = r"(?:\[[0-9;:?]{0,20}[A-Za-z]|\([0-9AB])"
_COLOUR = rf"(?:[\x1b\u241b]{_COMMAND}|\x9b[0-9;:?]{{0,20}}[A-Za-z])"
ANSI = rf"(?:{_COLOUR}|(?:\\{{1,4}}(?:x1b|u001b|033|e)|#033|\^\[){_COMMAND})"
"""A colour or another command to a terminal, also with its first character written out."""
UNSEEN = (
    rf"(?:{_COLOUR}|\\{{1,4}}u(?:00ad|200[b-f]|2060|feff)|<wbr ?/?>"
    r"|&(?:shy|zwnj|zwj|ZeroWidthSpace|#8203|#173|#x200b|#xad);)"
)
"""What shows nothing, and so may stand within a UUID."""
HYPHEN = (
    r"(?:%(?:25)*2d|%e2%80%9[0-5]|=2d|=e2=80=9[0-5]|\\{1,4}x2d|\\{1,4}u(?:002d|201[0-5]|2212)|\\-"
    r"|&(?:#45|#x2d|#821[0-3]|#x201[0-5]|hyphen|dash|ndash|minus);)"
)
"""A hyphen or dash."""

_BEFORE = re.compile(
    "|".join(
        (
            ANSI,
            rf"\[[0-9;]{{0,15}}m{_THEN_UUID}",  # a colour whose first character got lost
            rf"%{_NO_UUID}(?:25{_NO_UUID})*(?:{_SIGN}|{_blank_of_bytes('%(?:25)*')})",
            f"%u{_CODE}",
            # Not "=20" and its like: a number after an equals sign is more likely.
            rf"={_NO_UUID}(?:3d|(?:0[9ad]|2[cdf]|3[a-f]|5[bdf]|7[bd]){_THEN_UUID}"
            rf"|{_blank_of_bytes('=')})",
            r"\\{1,4}[nrtv]",
            rf"\\{{1,4}}x{_THEN_UUID}",
            rf"\\{{1,4}}x(?:{_SIGN}|{_blank_of_bytes(_BYTE)})",
            rf"\\{{1,4}}(?:U0000{_CODE}{_THEN_UUID}|u{_CODE})",
            rf"\\{{1,4}}{_NO_UUID}(?:{_OCTAL}|302\\{{1,4}}240|342\\{{1,4}}200\\{{1,4}}2[0-5][0-7]|357\\{{1,4}}273\\{{1,4}}277)"
            rf"{_THEN_UUID}",
            rf"#{_NO_UUID}(?:0[0-3][0-7]|177|302#240){_THEN_UUID}",
            rf"\^[ijlm]{_THEN_UUID}",
            rf"&(?:nbsp|lt|gt|amp|quot){_THEN_UUID}",
            rf"(?<![0-9a-z])0x{_THEN_UUID}",
        )
    ),
    re.IGNORECASE,
)
_FIRST_SIGNS = re.compile(r"[%=\\#^&\x1b\x9b\u241b\[]|0[xX]")


def without_escapes(text: str) -> tuple[str, dict[int, str]]:
    """The text with spaces for the escapes, and by the place where each ended, what it was."""
    if not _FIRST_SIGNS.search(text):
        return text, {}
    ends: dict[int, str] = {}

    def spaces(match: re.Match[str]) -> str:
        ends[match.end()] = A_PREFIX if match[0].lower().endswith("0x") else AN_ESCAPE
        return " " * len(match[0])

    return _BEFORE.sub(spaces, text), ends
