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
from lookups.intake.entry import Find, Rows, Source
from lookups.intake.errors import UnreadableJSON
from lookups.intake.files.encoding import Encoding
from lookups.intake.files.json_rows import END, PLACE, TOO_MUCH
from lookups.intake.limits import MEGABYTE, Limits

_PIECE = 256 * 1024


def open_json(stream: IO[bytes], limits: Limits, *, encoding: Encoding) -> Source | None:
    """The stream as JSON or JSON Lines, or None when it is neither.

    Raises TooManyEntries, TooManyUUIDs, TooWide and UnreadableJSON.
    """
    finds = _Finds()
    try:
        facts = finds.read_out(stream, encoding.name, limits)
    except BaseException:
        finds.close()
        raise
    if not facts:
        finds.close()
        return None
    rows = Rows(finds.since(facts["begin"]))
    rows.keep(finds)
    return Source(
        format="json",
        encoding=encoding.name,
        columns=tuple(facts["columns"]),
        rows=rows,
        encoding_is_guess=encoding.is_guess,
        encodings=encoding.offered,
    )


class _Finds:
    """What the child reads, kept in a file, so that it is read once."""

    def __init__(self) -> None:
        self._kept = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `close`)
        self._end = 0

    def close(self) -> None:
        self._kept.close()

    def read_out(self, stream: IO[bytes], encoding: str, limits: Limits) -> dict[str, Any]:
        """Keeps what the child writes; what it says of it. Raises IntakeError."""
        with tempfile.TemporaryFile() as given:
            stream.seek(0)
            shutil.copyfileobj(stream, given, MEGABYTE)
            given.seek(0)
            child = Child(
                "lookups.intake.files.json_rows", encoding, json.dumps(asdict(limits)), given=given
            )
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
