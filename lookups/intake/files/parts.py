"""Of several files that came as one, the one to read: as chosen, else the first with a UUID."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice

from lookups.intake.entry import Source
from lookups.intake.errors import IntakeError

_LOOKED_INTO = 50
"""Files that are opened to find the one with UUIDs."""
_LOOKED_AT = 500
"""Entries of each that are looked at first; all of them where no file begins with a UUID."""


def first_with_uuid(
    names: Sequence[str], opened: Callable[[str], Source], choice: str
) -> Source | None:
    """The chosen one, else the first with a UUID, else the first; None where there is none.

    Raises IntakeError when none can be read.
    """
    sources: list[Source] = []
    trouble: IntakeError | None = None
    for name in [choice] if choice else names[:_LOOKED_INTO]:
        try:
            source = replace(opened(name), part=name, parts=tuple(names))
        except IntakeError as error:
            trouble = trouble or error
            continue
        if choice or _holds_uuid(source, _LOOKED_AT):
            return source
        sources.append(source)
    if not sources and trouble:
        raise trouble
    late = (source for source in sources if _holds_uuid(source, None))
    return next(late, sources[0] if sources else None)


def _holds_uuid(source: Source, looked_at: int | None) -> bool:
    return any(uuid for _, _, uuid, _, _ in islice(source.rows.bare(), looked_at))
