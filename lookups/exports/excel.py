"""What Excel's reading of a CSV file needs: no cell that runs as a formula, and times it reads."""

import re

from lookups import fields
from lookups.fields import Kind
from lookups.intake.uuids.disguise import INVISIBLE, NO_BREAK

TIME_COLUMNS = tuple(
    field.export for field in fields.ATTEMPT if field.export and field.kind is Kind.TIME
)
_SIGNS = "=+-@"
# Full-width and small signs, which some Excels read as the plain ones.
_WIDE_SIGNS = "＝＋－＠﹦﹢﹣﹫−"
# Excel cuts at what its country separates lists with, LibreOffice at several of these, and "Text to
# Columns" at any: each may begin a cell of its own.
_SEPARATORS = ";,|\t\r\n"
# What programs drop from the start of a cell, or nobody sees there: spaces, quotes and control
# characters.
_SKIPPED = ' "' + "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 127]))
_SKIPPED_BYTES = _SKIPPED.encode()
_WIDE_SKIPPED = "\x80-\xa0\u1680\u2000-\u200a\u2028\u2029\u205f\u2800\u3000\u3164"

_SIGN = f"[{re.escape(_SIGNS)}{_WIDE_SIGNS}]"
_UNSEEN = re.escape(_SKIPPED) + _WIDE_SKIPPED + NO_BREAK + INVISIBLE
_RUNS_AT_START = re.compile(f"[\t\r\n]|[{_UNSEEN}{_SEPARATORS}]*{_SIGN}")
_RUNS_WITHIN = re.compile(f"([{_SEPARATORS}])(?=[{_UNSEEN}]*{_SIGN})")
_KINDS = bytes(
    ord("=") if chr(byte) in _SIGNS else ord(";") if chr(byte) in _SEPARATORS else ord("a")
    for byte in range(256)
)
_E164 = re.compile(r"\+[0-9]{8,15}")
_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?)[0-9]*[+-][0-9:.]+"
)


def guarded(cell: str) -> str:
    """The cell with "'" wherever a program would begin to run it: at its start, and within it
    before a sign that stands first after a separator.

    A telephone number in E.164 is a plain number to Excel and stays whole, so that it can be
    imported again. No UUID is altered: none holds a separator or begins with a sign.
    """
    if not _may_run(cell) or _E164.fullmatch(cell):
        return cell
    start = "'" if _RUNS_AT_START.match(cell) else ""
    return start + _RUNS_WITHIN.sub(r"\1'", cell)


def _may_run(cell: str) -> bool:
    """Whether a look at the cell is needed: of ASCII a fraction of its price tells."""
    if not cell.isascii() or cell.startswith(("\t", "\r", "\n")):
        return True
    return b";=" in b";" + cell.encode().translate(_KINDS, _SKIPPED_BYTES)


def readable_time(cell: str) -> str:
    """ "2026-11-12 10:46:02" for "2026-11-12T10:46:02+05:30"; in the zone it was, to the
    millisecond. Anything else comes back as it is."""
    found = _ISO.fullmatch(cell)
    return f"{found[1]} {found[2]}" if found else cell
