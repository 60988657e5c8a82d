"""What Excel's reading of a CSV file needs: no cell that runs as a formula, and times it reads."""

import re

TIME_COLUMNS = ("started_at", "ringing_at", "connected_at", "ended_at", "fetched_at")
# With the full-width signs, which some Excels read as the plain ones.
_DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
_E164 = re.compile(r"\+[0-9]{8,15}")
_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?)[0-9]*[+-][0-9:.]+"
)


def guarded(cell: str) -> str:
    """The cell with "'" before it where Excel would run it. A telephone number in E.164 is a plain
    number to Excel and stays whole, so that it can be imported again."""
    if cell.startswith(_DANGEROUS) and not _E164.fullmatch(cell):
        return f"'{cell}"
    return cell


def readable_time(cell: str) -> str:
    """ "2026-11-12 10:46:02" for "2026-11-12T10:46:02+05:30"; in the zone it was, to the
    millisecond. Anything else comes back as it is."""
    found = _ISO.fullmatch(cell)
    return f"{found[1]} {found[2]}" if found else cell
