"""How a UUID is written, as parts of patterns: 8-4-4-4-12 hex digits, or 32 in a row."""

from __future__ import annotations

HEX = "0-9A-Fa-f"
# Beside ASCII: any Unicode digit, full-width letters, Greek and Cyrillic, which look alike.
WORD = r"0-9A-Za-z\d\uff21-\uff3a\uff41-\uff5a\u0370-\u03ff\u0400-\u04ff"
GROUPS = (8, 4, 4, 4, 12)
# Written out, not counted: the regex engine runs [..][..] twice as fast as [..]{2}.
HEX_4, HEX_8, HEX_12, HEX_24 = (f"[{HEX}]" * n for n in (4, 8, 12, 24))
REST = f"(?:-{HEX_4}-{HEX_4}-{HEX_4}-{HEX_12}|{HEX_24})"
"""What follows the first eight digits."""
WHOLE = f"{HEX_8}{REST}(?![{WORD}])"
"""A whole UUID, beside which another letter or digit does not stand on the right."""


def canonical(token: str) -> str:
    """The 36 lower-case characters of a token of 32 hex digits, in a row or 8-4-4-4-12."""
    token = token.lower()
    if len(token) == 36:
        return token
    return f"{token[:8]}-{token[8:12]}-{token[12:16]}-{token[16:20]}-{token[20:]}"
