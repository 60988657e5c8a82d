"""The child that takes a mail apart: the program of `mail`.

Text is decoded, whatever way it was sent; attachments come as they are. Pictures and sounds are
passed over.

Output: for each part a line of JSON with its name and size, and its bytes; then END.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from email import message_from_binary_file, policy
from email.message import EmailMessage, Message
from typing import Any

from lookups.intake.allowance import keep_within
from lookups.intake.uuids.uuid_pattern import tokens

END = b"{}\n"
HTML, TEXT, SUBJECT = "HTML text", "text", "subject"
_PASSED_OVER = {"image", "audio", "video", "font"}
_NAME_LIMIT = 200
_Part = tuple[str, str, bytes]
"""What it is called, the name by which it is opened, its bytes."""


def main(most_parts: str, most_bytes: str, seconds: str) -> None:
    """Reads a mail from the standard input; writes its parts, or why there are none."""
    keep_within(most_bytes=int(most_bytes), seconds=int(seconds))
    out = sys.stdout.buffer
    try:
        mail = message_from_binary_file(sys.stdin.buffer, policy=policy.compat32)
        leaves = sum(1 for part in mail.walk() if not part.is_multipart())
        if leaves > int(most_parts):
            out.write(_line(error="many", parts=leaves))
        else:
            for name, opened_as, data in _named(sorted(_parts(mail), key=_order)):
                out.write(_line(name=name, opened_as=opened_as, size=len(data)) + data)
            out.write(END)
    except (MemoryError, RecursionError):
        out.write(_line(error="large"))
    out.flush()


def _line(**facts: Any) -> bytes:
    return json.dumps(facts).encode() + b"\n"


def _order(part: _Part) -> int:
    """The text that a person saw comes first, then attachments, then the subject."""
    return (HTML, TEXT, "", SUBJECT).index(part[0] if part[0] in (HTML, TEXT, SUBJECT) else "")


def _named(parts: list[_Part]) -> Iterator[_Part]:
    """No two names alike."""
    seen: set[str] = set()
    for name, opened_as, data in parts:
        again, number = name, 1
        while again in seen:
            number += 1
            again = f"{name} ({number})"
        seen.add(again)
        yield again, opened_as, data


def _parts(mail: Message) -> Iterator[_Part]:
    subject = _subject(mail)
    if any(uuid for _, uuid, _ in tokens(subject)):
        yield SUBJECT, ".txt", subject.encode(errors="replace")
    for part in mail.walk():
        if part.is_multipart() or part.get_content_maintype() in _PASSED_OVER:
            continue
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes) or not data.strip():
            continue
        name = _file_name(part)
        kind = part.get_content_type()
        if not name and kind in ("text/plain", "text/html"):
            is_html = kind == "text/html"
            text = _decoded(data, part.get_content_charset() or "utf-8")
            yield HTML if is_html else TEXT, ".html" if is_html else "", text
        else:
            yield name or "attachment", name, data


def _subject(mail: Message) -> str:
    try:
        message = EmailMessage(policy=policy.default)
        message["Subject"] = mail.get("Subject", "")
        return str(message["Subject"])
    except (ValueError, LookupError, IndexError):
        return str(mail.get("Subject", ""))


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
        header = EmailMessage(policy=policy.default)
        header["Subject"] = " ".join(name.split())
        name = str(header["Subject"])
    except (ValueError, LookupError, IndexError, TypeError):
        return ""
    return name.replace("\0", "")[:_NAME_LIMIT].encode(errors="replace").decode()


def _decoded(data: bytes, charset: str) -> bytes:
    """The text in UTF-8."""
    try:
        return data.decode(charset, errors="replace").encode(errors="replace")
    except (LookupError, ValueError):
        return data.decode(errors="replace").encode()
