"""JSON and JSON Lines: a child process reads them, each element or line as a row.

Every string is searched. Numbers keep the digits they were written with. What is no JSON is left to
the reader of plain text.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO, Any

from lookups.intake import errors
from lookups.intake.child import Child
from lookups.intake.entry import EVERY_COLUMN, Find, Rows, Source, Table
from lookups.intake.errors import UnreadableJSON
from lookups.intake.files.encoding import Encoding
from lookups.intake.files.json_rows import END, PLACE, TOO_MUCH
from lookups.intake.limits import MEGABYTE, Limits

_PIECE = 256 * 1024


def open_json(
    stream: IO[bytes], limits: Limits, *, encoding: Encoding, column: str = ""
) -> Source | None:
    """The stream as JSON or JSON Lines, or None when it is neither. `column` is a key or path.

    Raises TooManyEntries, TooManyUUIDs, TooWide, UnreadableJSON and NoSuchChoice.
    """
    finds = _Finds()
    try:
        facts = finds.read_out(stream, encoding.name, limits, column)
    except BaseException:
        finds.close()
        raise
    if not facts:
        finds.close()
        return None
    rows = Rows(finds.since(0))
    rows.keep(finds)
    return Source(
        format="json",
        encoding=encoding.name,
        columns=tuple(facts["columns"]),
        rows=rows,
        encoding_is_guess=encoding.is_guess,
        encodings=encoding.offered,
        table=_table(facts),
    )


def _table(facts: dict[str, Any]) -> Table | None:
    """The keys as columns; None where no UUID stands."""
    holders, paths, only = facts["holders"], facts["paths"], facts["only"]
    if not holders:
        return None
    column = holders[0] if len(holders) == 1 else EVERY_COLUMN
    if only is None:
        column = ""
    elif only:
        column = holders[paths.index(only)]
    names = dict(zip(paths, holders, strict=True))
    names |= {path: path for row in facts["sample"] for path in row if path not in names}
    return Table(
        names=tuple(names.values()),
        holders=tuple(holders),
        column=column,
        sample=tuple(tuple(row.get(path, "") for path in names) for row in facts["sample"]),
        is_only=bool(only),
    )


class _Finds:
    """What the child reads, kept in a file, so that it is read once."""

    def __init__(self) -> None:
        self._kept = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `close`)
        self._end = 0

    def close(self) -> None:
        self._kept.close()

    def read_out(
        self, stream: IO[bytes], encoding: str, limits: Limits, column: str
    ) -> dict[str, Any]:
        """Keeps what the child writes; what it says of it. Raises IntakeError."""
        with tempfile.TemporaryFile() as given:
            stream.seek(0)
            shutil.copyfileobj(stream, given, MEGABYTE)
            given.seek(0)
            told = encoding, json.dumps(asdict(limits)), column
            child = Child("lookups.intake.files.json_rows", *told, given=given)
        try:
            while piece := child.read_some(_PIECE):
                self._kept.write(piece)
        finally:
            child.stop()
        return self._facts()

    def _facts(self) -> dict[str, Any]:
        size = self._kept.seek(0, io.SEEK_END)
        last = len(END) + PLACE.size
        self._kept.seek(max(0, size - last))
        mark, place = self._kept.read(len(END)), self._kept.read()
        if size < last or mark != END:
            raise UnreadableJSON(TOO_MUCH)
        (self._end,) = PLACE.unpack(place)
        self._kept.seek(self._end)
        facts: dict[str, Any] = json.loads(self._kept.read(size - last - self._end))
        if "error" in facts:
            raise getattr(errors, facts["error"])(facts["sentence"])
        return facts

    def since(self, begin: int) -> Any:
        """Gives the finds that are kept from there on, at every call anew."""

        def finds() -> Iterator[Find]:
            at, waiting = begin, list[bytes]()
            while at < self._end:
                self._kept.seek(at)
                piece = self._kept.read(min(_PIECE, self._end - at))
                at += len(piece)
                lines, ended, rest = piece.rpartition(b"\n")
                if ended:
                    together = b"".join([*waiting, lines]).replace(b"\n", b",")
                    yield from map(tuple, json.loads(b"[" + together + b"]"))
                    waiting = []
                waiting.append(rest)

        return finds
