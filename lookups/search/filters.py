"""The filters that a query may name, as a table: label, example, and the reader of a value.

A reader gives the value in its one canonical spelling, or raises SearchError with what it takes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lookups.search import values
from lookups.search.errors import SearchError, quoted


@dataclass(frozen=True, slots=True)
class Kind:
    """One filter. `takes_one` refuses a list of values, where "or" between them has no use."""

    name: str
    label: str
    example: str
    read: Callable[[str], str]
    takes_one: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind("outcome", "Outcome", "outcome:busy", values.outcome),
        Kind("cause", "Cause", "cause:busy", values.cause),
        Kind("number", "Customer number", "number:2728", values.number),
        Kind("did", "DID", "did:2987", values.number),
        Kind("after", "After", "after:2026-10-01", values.moment, takes_one=True),
        Kind("before", "Before", "before:2026-11-01", values.moment, takes_one=True),
        Kind("on", "On", "on:2026-11-12", values.day),
        Kind("talk", "Talk time", "talk:>30", values.seconds),
        Kind("key", "Key pressed", "key:1", values.key),
        Kind("attempts", "Attempts", "attempts:>2", values.count),
        Kind("lookup", "Lookup", "lookup:318", values.whole),
        Kind("credential", "Credential", 'credential:"Flight delays"', values.text),
        Kind("client", "Client identifier", "client:PNR-4821", values.text),
        Kind("request", "Request ID", "request:REQ-1", values.text),
        Kind("status", "Flow status", "status:completed", values.status),
        Kind("final", "Final", "final:no", values.yes_or_no, takes_one=True),
        Kind("uuid", "Phonon UUID", "uuid:b2f9909e-9ac4-4e5c-9ac8-183f24ea9436", values.uuid),
    )
}
NAMES = ", ".join(KINDS)
# Label and example of each filter that a page offers to add. A UUID is pasted as it is.
ADD = [(kind.label, kind.example) for kind in KINDS.values() if kind.name != "uuid"]


def kind_of(name: str, *, typed: str) -> Kind:
    """The filter of that name. Raises SearchError that lists what there is."""
    try:
        return KINDS[name]
    except KeyError:
        raise SearchError(
            f"There is no filter {quoted(name)}. You can use {NAMES}. "
            f"To search for {quoted(typed)} as it stands, put it in quotation marks."
        ) from None


def read_values(kind: Kind, texts: tuple[str, ...]) -> tuple[str, ...]:
    """The values in their canonical spelling, each once. Raises SearchError."""
    read = tuple(dict.fromkeys(kind.read(text) for text in texts))
    if kind.takes_one and len(read) > 1:
        raise SearchError(f"{kind.name} takes one value, for example {kind.example}.")
    return read
