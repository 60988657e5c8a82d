"""Files that cannot be read: each is named for what it is, with what to do about it."""

from __future__ import annotations

import gzip
import io
import tarfile

import pytest

from lookups.intake import IntakeError, open_text, summarise
from lookups.intake.files.delimited import UNPAIRED
from tests.unit.intake.made_files import archive, workbook
from tests.unit.intake.tables import CALLS, REQUESTS, content, opened, pasted, uuids

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def tar(name: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        member = tarfile.TarInfo(name)
        member.size = len(CALLS[0])
        made.addfile(member, io.BytesIO(CALLS[0].encode()))
    return out.getvalue()


def locked_ods() -> bytes:
    namespace = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{namespace}"><manifest:file-entry '
        'manifest:full-path="content.xml" manifest:size="9"><manifest:encryption-data '
        'manifest:checksum="x"/></manifest:file-entry></manifest:manifest>'
    )
    return archive(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": bytes(range(256)),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


REFUSED: dict[str, tuple[str, bytes, tuple[str, ...]]] = {
    "tar.gz": ("a.tar.gz", gzip.compress(tar("a.csv")), (".tar.gz", "Unpack it")),
    "tgz": ("a.tgz", gzip.compress(tar("a.csv")), (".tar.gz", "Unpack it")),
    "tar": ("a.tar", tar("a.csv"), ("tar archive", "Unpack it")),
    "numbers": ("a.numbers", archive({"Index/Document.iwa": b"x"}), ("Apple Numbers", "Export it")),
    "old numbers": ("a.numbers", archive({"Index.zip": b"x"}), ("Apple Numbers", "Export it")),
    "msg": ("a.msg", OLE + "__properties_version1.0".encode("utf-16-le"), ("Outlook", ".eml")),
    "doc": ("a.doc", OLE + "WordDocument".encode("utf-16-le"), ("a Word document", "Upload")),
    "docx": ("a.docx", archive({"word/document.xml": b"<a/>"}), ("a Word document", "Upload")),
    "xlsb": ("a.xlsb", archive({"xl/workbook.bin": b""}), ("binary workbook", "Upload")),
    "locked xlsx": ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), ("password", "copy")),
    "locked ods": ("a.ods", locked_ods(), ("password", "copy")),
    "cut xlsx": ("a.xlsx", workbook([["id"], CALLS[:1]])[:900], ("damaged", "save it again")),
    "cut gzip": ("a.csv.gz", gzip.compress(CALLS[0].encode())[:-9], ("damaged", "Make it again")),
    "cut zip": ("a.zip", archive({"a.csv": CALLS[0].encode()})[:-20], ("damaged",)),
    "pdf": ("a.pdf", b"%PDF-1.7\n", ("a PDF document", "paste")),
    "7z": ("a.7z", b"7z\xbc\xaf\x27\x1c", ("7-Zip", "Upload")),
    "rar": ("a.rar", b"Rar!\x1a\x07", ("RAR", "Upload")),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_read_is_named_with_what_to_do(kind: str) -> None:
    name, data, said = REFUSED[kind]
    with pytest.raises(IntakeError) as refused:
        summarise(opened(name, data))
    assert all(word in refused.value.sentence for word in said), refused.value.sentence
    assert refused.value.sentence.endswith(".")


LEGAL = {
    "UUIDs on lines": f'Ticket,UUIDs,PNR\nT1,"{CALLS[0]}\n{CALLS[1]}\n{CALLS[2]}",P1\n',
    "with CRLF": f'Ticket,UUIDs,PNR\r\nT1,"{CALLS[0]}\r\n{CALLS[1]}\r\n{CALLS[2]}",P1\r\n',
    "with semicolons": f'Ticket;UUIDs;PNR\nT1;"{CALLS[0]}\n{CALLS[1]}\n{CALLS[2]}";P1\n',
    "with tabs": f'Ticket\tUUIDs\tPNR\nT1\t"{CALLS[0]}\n{CALLS[1]}\n{CALLS[2]}"\tP1\n',
    "words before each": f'Ticket,UUIDs,PNR\nT1,"a: {CALLS[0]}\nb: {CALLS[1]}\nc: {CALLS[2]}",P1\n',
    "a comma after each": f'Ticket,UUIDs,PNR\nT1,"{CALLS[0]},\n{CALLS[1]},\n{CALLS[2]}",P1\n',
    "an empty line within": f'Ticket,UUIDs,PNR\nT1,"{CALLS[0]}\n\n{CALLS[1]}\n{CALLS[2]}",P1\n',
    "quotes doubled": f'Ticket,UUIDs,PNR\n"T""1","{CALLS[0]}\n{CALLS[1]}\n{CALLS[2]}",P1\n',
    "two such rows": f'Ticket,UUIDs,PNR\nT1,"{CALLS[0]}\n{CALLS[1]}",P1\nT2,"{CALLS[2]}\n",P1\n',
    "under a title": f'Calls,,\n,,\nTicket,UUIDs,PNR\nT1,"{CALLS[0]}\n{CALLS[1]}\n{CALLS[2]}",P1\n',
}


@pytest.mark.parametrize("kind", LEGAL)
@pytest.mark.parametrize("name", ["a.csv", "a.txt", ""])
def test_a_cell_over_several_lines_keeps_its_columns(kind: str, name: str) -> None:
    data = LEGAL[kind].encode()
    source = opened(name, data) if name else pasted(data)
    assert uuids(source) == CALLS[:3]
    assert (source.columns, source.remarks) == (("Ticket", "PNR"), ())
    assert all(columns["PNR"] == "P1" for _, columns in content(source))


UNPAIRED_TABLES = {
    "never closed": f'note,id\n"never closed,{CALLS[0]}\nx,{CALLS[1]}\n',
    "closed rows later": f'note,id\n"opened,{CALLS[0]}\nx,{CALLS[1]}\nclosed",{CALLS[2]}\n',
    "in the last row": f'note,id\nx,{CALLS[0]}\n"y,{CALLS[1]}\n',
    "after row 300": "note,id\n" + f"x,{CALLS[0]}\n" * 300 + f'"y,{CALLS[1]}\nz,{CALLS[2]}\n',
}


@pytest.mark.parametrize("kind", UNPAIRED_TABLES)
def test_quotes_that_do_not_pair_are_told_and_swallow_nothing(kind: str) -> None:
    text = UNPAIRED_TABLES[kind]
    source = opened("a.csv", text.encode())
    assert source.remarks == (UNPAIRED,)
    assert uuids(source) == [uuid for line in text.splitlines() for uuid in CALLS if uuid in line]


SENTENCES = [
    f"Hello, please look:\n{CALLS[0]}, thanks\n{CALLS[1]}, thanks\n",
    f"see below\n{CALLS[0]}, {CALLS[1]}\n{CALLS[2]}, {CALLS[3]}\n",
    f"{CALLS[0]}, {REQUESTS[0]}\n{CALLS[1]}, {REQUESTS[1]}\n",
    f"Call {CALLS[0]} failed; the customer, Asha, called again; see {CALLS[1]}\n",
    "\n".join(CALLS),
    ",".join(CALLS),
    "\t".join(CALLS),
    f"2026-11-12 10:46:02 INFO call={CALLS[0]} state=failed, retry=1\n" * 3,
    f"[2026-11-12] {CALLS[0]}\n[2026-11-13] {CALLS[1]}\n",
    f"<{CALLS[0]}>\n",
    f"| {CALLS[0]} |\n",
    f"Dear all,\n\nid: {CALLS[0]}\n\nThanks, Asha\n",
]


@pytest.mark.parametrize("text", SENTENCES)
def test_what_is_no_table_is_read_as_lines(text: str) -> None:
    source = open_text(text)
    assert (source.format, source.table) == ("text", None)
    assert summarise(source).rejected == sum(
        1 for line in text.splitlines() if line and not any(uuid in line for uuid in CALLS)
    )
