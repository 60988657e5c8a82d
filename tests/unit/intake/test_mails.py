"""Saved mails, however they were sent: text, pages, attachments, and those made to do harm."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from email import encoders
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from lookups.intake import NoSuchChoice, UnreadableMail, entries, open_file, summarise, taken
from tests.unit.intake.made_files import archive, count_or_sentence, workbook
from tests.unit.intake.tables import CALLS, REQUESTS, as_csv, content, opened, report, uuids

LINKS = "<br>\n".join(
    f'<a href="https://portal.example/calls?uuid={uuid}&amp;t=1">call</a>' for uuid in CALLS[:5]
)
HTML = f"<html><body><p>Customer complained twice.</p>{LINKS}</body></html>"
LIST = "\n".join(CALLS[:5]) + "\n"


def mail(text: str = "", *, html: str = "", way: str = "quoted-printable") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Subject"] = "asha@airline.example", "Complaint"
    if text:
        made.set_content(text, cte=way)
    if html and text:
        made.add_alternative(html, subtype="html", cte=way)
    elif html:
        made.set_content(html, subtype="html", cte=way)
    return made


def with_file(made: EmailMessage, data: bytes, name: str, kind: str = "octet-stream") -> bytes:
    made.add_attachment(data, maintype="application", subtype=kind, filename=name)
    return bytes(made)


def in_charset(charset: str) -> bytes:
    made = EmailMessage()
    made.set_content(f"Grüße von Zoë\n{LIST}", charset=charset, cte="base64")
    return bytes(made)


def forwarded() -> bytes:
    outer = mail("See below.\n")
    outer.add_attachment(mail(LIST))
    return bytes(outer)


MAILS: dict[str, Callable[[], bytes]] = {
    "text, quoted-printable": lambda: bytes(mail(LIST)),
    "text, base64": lambda: bytes(mail(LIST, way="base64")),
    "text, 7bit": lambda: bytes(mail(LIST, way="7bit")),
    "a page, quoted-printable": lambda: bytes(mail(html=HTML)),
    "a page, base64": lambda: bytes(mail(html=HTML, way="base64")),
    "a page in one line": lambda: bytes(mail(html=HTML.replace("\n", ""))),
    "both, links only in the page": lambda: bytes(mail("See the page.\n", html=HTML)),
    "both, UUIDs in each": lambda: bytes(mail(LIST, html=HTML, way="base64")),
    "both, UUIDs only in the text": lambda: bytes(mail(LIST, html="<p>See the text.</p>")),
    "latin-1": lambda: in_charset("iso-8859-1"),
    "utf-16": lambda: in_charset("utf-16"),
    "latin-1, sent as it is": lambda: (
        bytes(mail(LIST)).replace(b"utf-8", b"iso-8859-1") + "Zoë\n".encode("latin-1")
    ),
    "CRLF": lambda: bytes(mail(html=HTML)).replace(b"\n", b"\r\n"),
    "forwarded": forwarded,
    "a list attached": lambda: with_file(mail("See the file.\n"), LIST.encode(), "calls.txt"),
    "a table attached": lambda: with_file(mail("See.\n"), as_csv(report(rows=5)), "calls.csv"),
    "a workbook attached": lambda: with_file(mail("See.\n"), workbook(report(rows=5)), "c.xlsx"),
    "a workbook without a name": lambda: with_file(mail("See.\n"), workbook(report(rows=5)), ""),
    "a name in another script": lambda: with_file(mail("See.\n"), LIST.encode(), "कॉल.txt"),
    "received by three servers": lambda: (
        b"Received: from a\n\tby b;\n Thu\n" * 3 + bytes(mail(html=HTML))
    ),
}


@pytest.mark.parametrize("kind", MAILS)
def test_each_kind_of_mail_gives_the_uuids_that_a_person_sees(kind: str) -> None:
    source = opened("complaint.eml", MAILS[kind]())
    assert uuids(source) == CALLS[:5]
    assert summarise(source).unique == 5
    assert source.part in source.parts


@pytest.mark.parametrize("name", ["complaint.eml", "complaint.txt", "complaint", "c.mht"])
def test_a_mail_is_known_by_its_content(name: str) -> None:
    assert uuids(opened(name, MAILS["a page, quoted-printable"]())) == CALLS[:5]


def test_a_mail_may_be_packed() -> None:
    data = MAILS["a page, base64"]()
    assert uuids(opened("a.eml.gz", gzip.compress(data))) == CALLS[:5]
    assert uuids(opened("a.zip", archive({"a.eml": data}), part="a.eml")) == CALLS[:5]


def test_each_part_can_be_chosen() -> None:
    made = mail(LIST, html=HTML)
    data = with_file(made, as_csv(report("Phonon UUID")), "calls.csv")
    source = opened("a.eml", data)
    assert (source.part, source.parts) == ("HTML text", ("HTML text", "text", "calls.csv"))
    chosen = opened("a.eml", data, part="calls.csv")
    assert content(chosen) == content(opened("a.csv", as_csv(report("Phonon UUID"))))
    assert taken(chosen) == "Part calls.csv, column Phonon UUID, header in row 1"
    with pytest.raises(NoSuchChoice):
        opened("a.eml", data, part="calls.xlsx")


def test_attachments_of_one_name_are_told_apart() -> None:
    made = mail("See.\n")
    for uuid in CALLS[:2]:
        made.add_attachment(uuid.encode(), maintype="text", subtype="plain", filename="c.txt")
    assert opened("a.eml", bytes(made)).parts == ("text", "c.txt", "c.txt (2)")


def test_pictures_and_documents_that_hold_no_list_are_no_parts() -> None:
    made = mail(LIST)
    made.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="a.png")
    assert opened("a.eml", with_file(made, b"%PDF-1.7\n", "a.pdf", "pdf")).parts == ("text",)


def test_a_uuid_in_the_subject_is_a_part() -> None:
    made = mail("Please look.\n")
    made.replace_header("Subject", f"Call {REQUESTS[0]} – दिल्ली")
    assert uuids(opened("a.eml", bytes(made))) == REQUESTS[:1]


@pytest.mark.parametrize(
    "text",
    [f"From: asha\nSubject: calls\n\n{CALLS[0]}\n", f"Note: see\n{CALLS[0]}\n", f"id: {CALLS[0]}"],
)
def test_text_that_only_looks_like_a_mail_is_text(text: str) -> None:
    source = opened("a.txt", text.encode())
    assert (source.format, source.parts, uuids(source)) == ("text", (), CALLS[:1])


def nested(depth: int) -> bytes:
    head = "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth)
    )
    return f"MIME-Version: 1.0\n{head}Content-Type: text/plain\n\n{CALLS[0]}\n".encode()


def mail_in_mail(depth: int) -> bytes:
    head = "Content-Type: message/rfc822\n\n" * depth
    return f"MIME-Version: 1.0\n{head}Content-Type: text/plain\n\n{CALLS[0]}\n".encode()


def crowd(files: int) -> bytes:
    made = MIMEMultipart()
    for n in range(files):
        part = MIMEBase("application", "octet-stream", name=f"{n}.txt")
        part.set_payload(b"x")
        encoders.encode_base64(part)
        made.attach(part)
    made.attach(MIMEText(CALLS[0]))
    return bytes(made)


BOMBS = {
    "parts in parts, 50 deep": nested(50),
    "parts in parts, 5,000 deep": nested(5_000),
    "parts in parts, 100,000 deep": nested(100_000),
    "mails in mails, 5,000 deep": mail_in_mail(5_000),
    "mails in mails, 200,000 deep": mail_in_mail(200_000),
    "one header of 20 MB": b"MIME-Version: 1.0\nSubject: " + b"x" * 20_000_000 + b"\n\n",
    "base64 of nothing sensible": b"MIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n"
    + b"=?%&" * 500_000,
    "a charset that is none": b"Content-Type: text/plain; charset=\xff\n\n" + CALLS[0].encode(),
    "no end of the headers": b"MIME-Version: 1.0\n" * 50_000,
    "a boundary of nothing": b'Content-Type: multipart/mixed; boundary=""\n\n' + LIST.encode(),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_mail_made_to_do_harm_becomes_a_sentence_or_sums(bomb: str) -> None:
    told = count_or_sentence("a.eml", BOMBS[bomb])
    assert told in (0, 1, 5) or any(word in str(told) for word in ("Save", "save"))


def test_ten_thousand_attachments_are_refused_with_their_number() -> None:
    with pytest.raises(UnreadableMail, match="10,001 parts; the limit is 5,000"):
        open_file("a.eml", crowd(10_000))


def test_lines_of_a_mail_are_entries() -> None:
    kinds = [entry.kind for entry in entries(opened("a.eml", MAILS["a page, base64"]()))]
    assert kinds == ["rejected", *["unique"] * 5]
