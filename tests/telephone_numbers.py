"""Numbers in every writing, and the eye that finds one in what is shown."""

import html
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import unquote

HIDDEN = "••••"

SEPARATORS = {
    "nothing": "", "space": " ", "two spaces": "  ", "tab": "\t", "new line": "\n",
    "hyphen": "-", "hyphen with spaces": " - ", "underscore": "_", "tilde": "~", "stroke": "/",
    "backslash": "\\", "colon": ":", "semicolon": ";", "comma": ",", "dot": ".", "star": "*",
    "plus": "+", "equals": "=", "hash": "#", "at": "@", "percent": "%", "ampersand": "&",
    "pipe": "|", "dollar": "$", "quote": "'", "double quote": '"', "bullet": "•",
    "brackets": ") (", "square brackets": "][", "braces": "}{", "angles": "> <",
    "no-break space": "\u00a0", "narrow no-break space": "\u202f", "thin space": "\u2009",
    "figure space": "\u2007", "ideographic space": "\u3000", "zero-width space": "\u200b",
    "zero-width joiner": "\u200d", "word joiner": "\u2060", "byte-order mark": "\ufeff",
    "soft hyphen": "\u00ad", "right-to-left mark": "\u200f", "Hangul filler": "\u3164",
    "Braille blank": "\u2800", "variation selector": "\ufe0f", "keycap": "\ufe0f\u20e3",
    "combining mark": "\u0338", "non-breaking hyphen": "\u2011", "en dash": "–",
    "em dash": "—", "minus": "−", "katakana dash": "ー", "middle dot": "·", "fraction": "⁄",
    "full-width comma": "，", "full-width full stop": "．", "apostrophe": "’", "emoji": "☎",
    "encoded space": "%20", "encoded hyphen": "%2D", "encoded no-break space": "%C2%A0",
    "encoded zero-width space": "%E2%80%8B", "twice encoded space": "%2520",
    "entity": "&nbsp;", "numbered entity": "&#8239;", "hexadecimal entity": "&#x2011;",
    "JSON escape": "\\u202f", "JSON line break": "\\n", "JSON values": '", "', "tag": "<br>",
    "tags": "</b> <b>", "tag with class": '</span><span class="ph_no">',
    "tag with colour": '<font color="#fff">', "tag with width": '</td><td width="50">',
    "heading": "<h1>", "link": '<a href="x.y">', "tag of a namespace": "</ns:a_b><ns:a_b>",
    "angle in an attribute": '<a title="a>b">', "comment": "<!-- c -->",
    "comment with a tag": "<!-- <b -->", "CDATA": "]]><![CDATA[", "tag as entities": "&lt;b&gt;",
    "tag as JSON escapes": "\\u003cb\\u003e", "tag percent-encoded": "%3Cb%3E",
    "tag escaped twice": "\\u0026lt;b\\u0026gt;", "percent with u": "%u200B",
    "braced escape": "\\u{200b}", "braced hexadecimal escape": "\\x{20}",
    "long escape": "\\U0000200b", "entity of two characters": "&ThickSpace;",
    "entity without its semicolon": "&nbsp", "entity with zeros": "&#x000000020;",
}  # fmt: skip

SCRIPTS = {
    "Arabic-Indic": 0x0660, "Persian": 0x06F0, "Devanagari": 0x0966, "Bengali": 0x09E6,
    "Tamil": 0x0BE6, "Thai": 0x0E50, "full-width": 0xFF10, "mathematical bold": 0x1D7CE,
    "mathematical monospace": 0x1D7F6, "segmented": 0x1FBF0,
}  # fmt: skip


def _spelled(spell: Callable[[str], str]) -> Callable[[str], str]:
    return lambda number: "".join(map(spell, number))


ENCODINGS = {
    "circled": _spelled(lambda digit: "⓪①②③④⑤⑥⑦⑧⑨"[int(digit)]),
    "negative circled": _spelled(lambda digit: "⓿❶❷❸❹❺❻❼❽❾"[int(digit)]),
    "superscript": _spelled(lambda digit: "⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)]),
    "Chinese": _spelled(lambda digit: "〇一二三四五六七八九"[int(digit)]),
    "percent": _spelled(lambda digit: f"%3{digit}"),
    "twice percent": _spelled(lambda digit: f"%253{digit}"),
    "percent full-width": _spelled(lambda digit: f"%EF%BC%9{digit}"),
    "entities": _spelled(lambda digit: f"&#{48 + int(digit)};"),
    "hexadecimal entities": _spelled(lambda digit: f"&#x3{digit};"),
    "twice entities": _spelled(lambda digit: f"&amp;#x3{digit};"),
    "JSON escapes": _spelled(lambda digit: f"\\u003{digit}"),
    "JSON escapes in halves": _spelled(lambda digit: f"\\ud83e\\udff{digit}"),
    "percent with u": _spelled(lambda digit: f"%u003{digit}"),
    "braced escapes": _spelled(lambda digit: f"\\u{{3{digit}}}"),
    "entities with zeros": _spelled(lambda digit: f"&#x00000003{digit};"),
}


def writings(number: str) -> dict[str, str]:
    """The number in every writing, by the writing's name."""
    pairs = [number[place : place + 2] for place in range(0, len(number), 2)]
    found = {}
    for name, mark in SEPARATORS.items():
        found[f"{name} in the middle"] = f"{number[:5]}{mark}{number[5:]}"
        found[f"{name} between pairs"] = mark.join(pairs)
        found[f"{name} between digits"] = mark.join(number)
    for name, zero in SCRIPTS.items():
        found[name] = "".join(chr(zero + int(digit)) for digit in number)
    for name, spell in ENCODINGS.items():
        found[name] = spell(number)
    return found


def is_shown(number: str, text: str) -> bool:
    """Whether the text tells five digits of the number in a row, in any reading of it.

    The last four are shown on purpose, so a row of five tells more than may be told.
    """
    return is_in(number, digits_read_in(text))


def is_in(number: str, digits: str) -> bool:
    """The same of what was read in a text."""
    return any(number[place : place + 5] in digits for place in range(len(number) - 4))


def digits_read_in(text: str) -> str:
    """The digits of the text as it stands, and with its escapes resolved, with a space between
    one reading and the next, and where a mask stands between two numbers."""
    found = list(map(_digits, text.split(HIDDEN)))
    while (plain := _without_escapes(text)) != text:
        found += map(_digits, plain.split(HIDDEN))
        text = plain
    return " ".join(found)


_CODE = re.compile(r"\\U([0-9a-fA-F]{8})|\\u([0-9a-fA-F]{4})|\\[ux]\{([0-9a-fA-F]{1,6})\}")
_TAG = re.compile(
    r"""<!--.*?-->|<!\[CDATA\[|\]\]>|</?[a-zA-Z](?:[^<>"']|"[^"<]*"|'[^'<]*')*>""", re.DOTALL
)


def _without_escapes(text: str) -> str:
    plain = re.sub(r"%u([0-9a-fA-F]{4})", r"\\u\1", text)
    plain = html.unescape(unquote(plain))
    plain = _CODE.sub(lambda found: chr(int(found[1] or found[2] or found[3], 16)), plain)
    plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _TAG.sub("", plain)


def _digits(text: str) -> str:
    return "".join(map(_digits_of, text))


@lru_cache(maxsize=4096)
def _digits_of(character: str) -> str:
    values = (unicodedata.numeric(one, -1.0) for one in unicodedata.normalize("NFKC", character))
    return "".join(str(int(value)) for value in values if value in range(100))


# Fields and attributes that hold digits of chance.
RANDOM = {"csrfmiddlewaretoken", "nonce"}
_GEOMETRY = {
    *("d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "width", "height", "viewbox"),
    *("transform", "hx-headers"),
}


def strings_of(page: str) -> list[str]:
    """The texts and the values of attributes of an HTML page, one by one."""
    reader = _Strings()
    reader.feed(page)
    return reader.found


class _Strings(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("name") not in RANDOM:
            self.found += [value for name, value in attrs if value and name not in _GEOMETRY]

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_comment(self, data: str) -> None:
        self.found.append(data)
