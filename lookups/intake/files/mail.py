"""Saved mails (.eml, and pages saved as .mht): a child process takes them apart.

A mail is read like an archive: its text, as HTML and as plain text, and each attachment are parts,
of which the first that holds a UUID is read unless another is chosen.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import tempfile
from dataclasses import replace
from typing import IO, Any

from lookups.intake.child import Child
from lookups.intake.entry import Choices, Source
from lookups.intake.errors import NoSuchChoice, UnreadableMail
from lookups.intake.files.archive import Open
from lookups.intake.files.file_kind import foreign
from lookups.intake.files.mail_parts import END
from lookups.intake.files.parts import first_with_uuid
from lookups.intake.limits import MEGABYTE, Limits

_PIECE = 256 * 1024
_HEADER = re.compile(r"(?:[!-9;-~]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+")
_SENT_AS = re.compile(
    r"^(?:MIME-Version|Content-Transfer-Encoding|Content-Type)[ \t]*:", re.IGNORECASE | re.MULTILINE
)

TOO_MUCH = (
    "This mail takes more memory or time to read than there is for one file, or mails are nested "
    "in it too deep. Save the attachment with the UUIDs, and upload that."
)


def is_mail(start: str) -> bool:
    """Whether text that begins so is a mail as it was sent: headers that say how to decode it."""
    header = _HEADER.match(start)
    return bool(header and _SENT_AS.search(header[0]))


def open_mail(stream: IO[bytes], limits: Limits, choices: Choices, open_content: Open) -> Source:
    """The chosen part of the mail, or the first that holds a UUID. Raises IntakeError."""
    kept = tempfile.TemporaryFile()  # noqa: SIM115 (read on by Source)
    try:
        parts = _read_out(stream, limits, kept)

        def opened(name: str) -> Source:
            opened_as, begin, size = parts[name]
            kept.seek(begin)
            data = io.BytesIO(kept.read(size))
            return open_content(opened_as, data, limits, replace(choices, part=""))

        if choices.part and choices.part not in parts:
            raise NoSuchChoice("The mail holds no such part. Choose another one.")
        source = first_with_uuid(list(parts), opened, choices.part)
        if source is None:
            raise UnreadableMail("This mail holds no text. Save its attachment, and upload that.")
    finally:
        kept.close()
    return source


def _read_out(
    stream: IO[bytes], limits: Limits, kept: IO[bytes]
) -> dict[str, tuple[str, int, int]]:
    """By name: the name to open it by, where it is kept, its size. Raises UnreadableMail."""
    with tempfile.TemporaryFile() as given:
        stream.seek(0)
        shutil.copyfileobj(stream, given, MEGABYTE)
        given.seek(0)
        figures = (limits.max_parts, limits.json_bytes, limits.child_seconds)
        child = Child("lookups.intake.files.mail_parts", *map(str, figures), given=given)
    try:
        while piece := child.read_some(_PIECE):
            kept.write(piece)
            if kept.tell() > limits.max_inflated_bytes:
                raise UnreadableMail(TOO_MUCH)
    finally:
        child.stop()
    parts: dict[str, tuple[str, int, int]] = {}
    kept.seek(0)
    while line := kept.readline():
        if line == END:
            return parts
        facts: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {"error": "large"}
        if "error" in facts:
            raise UnreadableMail(_refusal(facts, limits))
        begin, size = kept.tell(), facts["size"]
        if not foreign(kept.read(min(size, 4096))):
            parts[facts["name"]] = facts["opened_as"], begin, size
        kept.seek(begin + size)
    raise UnreadableMail(TOO_MUCH)


def _refusal(facts: dict[str, Any], limits: Limits) -> str:
    if facts["error"] != "many":
        return TOO_MUCH
    return (
        f"This mail has {facts['parts']:,} parts; the limit is {limits.max_parts:,}. "
        "Save the attachment with the UUIDs, and upload that."
    )
