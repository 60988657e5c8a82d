"""A question in, the bytes of a good reply out; what was made for a UUID is kept for a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from lookups.emulator.calls import call_of
from lookups.emulator.printing import items_of
from lookups.emulator.rules import MESSAGES

UNASKED = "99999999-0000-4000-8000-000000000001"

# Some 4 kB for each entry: a few hundred MB at the very most, and usually a tenth of that.
_KEPT = 20_000


@dataclass(frozen=True)
class Printing:
    """Everything that decides how the data of a reply is written, apart from the UUIDs."""

    seed: int
    until: int
    shape: str
    style: str
    last_only: bool


@lru_cache(maxsize=_KEPT)
def items(uuid: str, printing: Printing, asked: int = 3) -> str:
    """The reply items of one UUID as JSON text, parted by commas; "" where nothing is known."""
    call = call_of(uuid, seed=printing.seed, until=printing.until, asked=asked)
    if call is None:
        return ""
    made = items_of(call, shape=printing.shape, style=printing.style, last_only=printing.last_only)
    return ",".join(made)


def reply(
    uuids: tuple[str, ...],
    printing: Printing,
    *,
    twist: str = "",
    asked: Mapping[str, int] = MappingProxyType({}),
) -> tuple[int, bytes]:
    """Code and body: 200 when all are known, 209 when some are, 213 when none is.

    `twist` is one of the faults missing, unasked, duplicate, upper. `asked` is how often each UUID
    that moves was asked for by now.
    """
    wanted = list(dict.fromkeys(uuids))
    if twist == "missing":
        wanted = wanted[: len(wanted) // 2]
    found = [text for uuid in wanted if (text := items(uuid, printing, asked.get(uuid, 3)))]
    code = 213 if not found else 200 if len(found) == len(set(uuids)) else 209
    if twist == "unasked":
        found.append('{"phonon-uuid":"' + UNASKED + '","flowStatus":"COMPLETED"}')
    elif twist == "duplicate":
        found += found
    elif twist == "upper":
        for uuid in wanted:
            found = [text.replace(f'uuid":"{uuid}', f'uuid":"{uuid.upper()}') for text in found]
    head = f'{{"api-response-code":{code},"api-response-message":"{MESSAGES[code]}","data":['
    return code, (head + ",".join(found) + "]}").encode()
