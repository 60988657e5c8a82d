"""More than a hundred bad files, made here: each with what must become of it.

Either the words of a refusal, or the counts (unique, duplicates, rejected, blank).
"""

from __future__ import annotations

import gzip
import io
import json
import stat
import struct
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

import xlsxwriter

U = "550e8400-e29b-41d4-a716-446655440000"
V = "0b7e6d1c-93a5-4f21-8c3e-5d2f9a41b6e7"
W = "c2a1f0de-7b64-4e3a-9d58-6f1e2b3a4c5d"

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NOT_A_LIST = "not a list of UUIDs"
DAMAGED = "damaged"
UNREADABLE = "readable text"
EMPTY = "empty"

Counts = tuple[int, int, int, int]


class BadFile(NamedTuple):
    title: str
    name: str
    data: bytes
    becomes: str | Counts


def bad_files() -> Iterator[BadFile]:
    yield from _foreign()
    yield from _empty_or_undecodable()
    yield from _broken_tables()
    yield from _broken_json()
    yield from _broken_workbooks()
    yield from _broken_archives()
    yield from _bombs()


def workbook(rows: list[list[object]], *, sheet: str = "Sheet1") -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return out.getvalue()


def archive(parts: dict[str, bytes], *, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return out.getvalue()


def _foreign() -> Iterator[BadFile]:
    signatures = {
        "PNG": b"\x89PNG\r\n\x1a\n",
        "JPEG": b"\xff\xd8\xff\xe0",
        "GIF87": b"GIF87a",
        "GIF89": b"GIF89a",
        "PDF": b"%PDF-1.7\n",
        "7-Zip": b"7z\xbc\xaf\x27\x1c",
        "RAR": b"Rar!\x1a\x07\x00",
        "XZ": b"\xfd7zXZ\0",
        "Zstandard": b"\x28\xb5\x2f\xfd",
        "ELF": b"\x7fELF\x02\x01",
        "SQLite": b"SQLite format 3\0",
        "Ogg": b"OggS\0",
        "RTF": b"{\\rtf1\\ansi ",
        "Windows program": b"MZ\x90\0",
        "bzip2": b"BZh91AY\0",
        "MP3": b"ID3\x03\0",
        "WAV": b"RIFF\x24\0\0\0WAVE",
        "TIFF": b"II*\0",
        "BMP": b"BM\x8a\0\0\0",
    }
    for kind, head in signatures.items():
        for name in ("calls.csv", "calls.xlsx"):
            yield BadFile(f"{kind} as {name}", name, head + U.encode() + bytes(64), NOT_A_LIST)
    for kind, part in {
        "Word": "word/document.xml",
        "PowerPoint": "ppt/presentation.xml",
        "XLSB": "xl/workbook.bin",
    }.items():
        yield BadFile(f"{kind} as a workbook", "calls.xlsx", archive({part: b"<a/>"}), NOT_A_LIST)
    text = archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"})
    yield BadFile("a text document as ODS", "calls.ods", text, NOT_A_LIST)


def _empty_or_undecodable() -> Iterator[BadFile]:
    for name in ("a.csv", "a.txt", "a.xlsx", "a.json", "a.gz", "a"):
        yield BadFile(f"no bytes as {name}", name, b"", EMPTY)
    yield BadFile("NUL bytes in a list", "a.txt", f"{U}\n".encode() + bytes(40), UNREADABLE)
    yield BadFile("NUL late in a list", "a.txt", b"x\n" * 99_999 + b"\0", UNREADABLE)
    yield BadFile("random bytes", "a.txt", bytes(range(256)) * 40, UNREADABLE)
    yield BadFile("half of a UTF-16 character", "a.txt", b"\xff\xfe" + b"a\0b", UNREADABLE)
    yield BadFile("UTF-32 beyond Unicode", "a.txt", b"\xff\xfe\0\0" + b"\xff" * 8, UNREADABLE)
    yield BadFile("a mark and nothing else", "a.txt", b"\xef\xbb\xbf", (0, 0, 0, 0))
    yield BadFile(
        "broken UTF-8 among UUIDs", "a.txt", f"{U}\n".encode() + b"\xc3\x28\n", (1, 0, 1, 0)
    )
    yield BadFile("UTF-8 cut in a character", "a.txt", f"{U} é".encode()[:-1], (1, 0, 0, 0))
    yield BadFile("only line ends", "a.txt", b"\n" * 5, (0, 0, 0, 5))
    yield BadFile("only CRs", "a.txt", b"\r" * 5, (0, 0, 0, 5))
    yield BadFile("only spaces and tabs", "a.txt", b" \t \n\t\n", (0, 0, 0, 2))
    yield BadFile("only commas", "a.csv", b",,,\n,,,\n", (0, 0, 0, 2))
    yield BadFile("a list of near-misses", "a.txt", f"{U[:-1]}\n{U}0\n".encode(), (0, 0, 2, 0))
    yield BadFile("one endless word", "a.txt", b"a" * 3_000_000, (0, 0, 1, 0))
    yield BadFile(
        "one endless line of UUIDs", "a.txt", f"{U} ".encode() * 20_000, (1, 19_999, 0, 0)
    )
    yield BadFile("UUIDs without a break", "a.txt", U.encode() * 500, (0, 0, 1, 0))
    yield BadFile("NUL characters in UTF-16", "a.txt", f"{U}\0".encode("utf-16"), UNREADABLE)


def _broken_tables() -> Iterator[BadFile]:
    def table(title: str, text: str, becomes: str | Counts, name: str = "a.csv") -> BadFile:
        return BadFile(title, name, text.encode(), becomes)

    yield table("only a header", "ticket,phonon uuid\n", (0, 0, 0, 0))
    yield table("no UUID in any row", "a,b\n1,2\n", (0, 0, 2, 0))
    yield table("a quote never closed", f'id,note\n{U},"oh\n{V},x\n{W},y\n', (3, 0, 1, 0))
    yield table("a quote in the middle", f'id,note\n{U},5" pipe\n{V},x\n', (2, 0, 0, 0))
    yield table("rows of all lengths", f"id\n{U}\n{V},a,b,c\n,,{W}\n", (3, 0, 0, 0))
    yield table("a header twice", f"id,n\n{U},1\nid,n\n{V},2\n", (2, 0, 1, 0))
    yield table("columns of one name", f"id,id,id\n{U},x,y\n", (1, 0, 0, 0))
    yield table("delimiters mixed", f"id;n\n{U};1\n{V},2\n", (2, 0, 0, 0))
    yield table("semicolons in a .csv", f"n;id\n1;{U}\n2;{V}\n", (2, 0, 0, 0))
    yield table("no delimiter at all", f"{U}\n{V}\n", (2, 0, 0, 0))
    yield table("commas in a .tsv", f"n,id\n1,{U}\n", (1, 0, 0, 0), "a.tsv")
    yield table("blank rows between", f"id,n\n\n{U},1\n\n,\n{V},2\n", (2, 0, 0, 3))
    yield table("CR alone as line end", f"id,n\r{U},1\r{V},2\r", (2, 0, 0, 0))
    yield table("a cell of a megabyte", f"id,n\n{U},{'x' * 1_000_000}\n", (1, 0, 1, 0))
    yield table("a UUID cut over two rows", f"id\n{U[:18]}\n{U[18:]}\n{V}\n", (1, 0, 2, 0))
    yield table("scientific notation", f"id,n\n5.50E+31,1\n{U},2\n", (1, 0, 1, 0))
    yield table("a formula", f'id,n\n"=HYPERLINK(""x"")",1\n{U},2\n', (1, 0, 1, 0))
    yield table(
        "HTML saved as .xls", f"<table><tr><td>{U}</td></tr></table>", (1, 0, 0, 0), "a.xls"
    )
    yield table("HTML saved as .csv", f"<p>\n{U}\n</p>\n", (1, 0, 1, 0))
    yield table("XML as .xlsx", f'<?xml version="1.0"?>\n<c>{U}</c>\n', (1, 0, 1, 0), "a.xlsx")


def _broken_json() -> Iterator[BadFile]:
    def text(title: str, data: str, becomes: str | Counts, name: str = "a.json") -> BadFile:
        return BadFile(title, name, data.encode(), becomes)

    yield text("JSON cut short", f'["{U}", "{V}"', (2, 0, 0, 0))
    yield text("JSON with a comma too many", f'["{U}",]', (1, 0, 0, 0))
    yield text("JSON in single quotes", f"['{U}']", (1, 0, 0, 0))
    yield text("an empty list", "[]", (0, 0, 0, 0))
    yield text("an empty object", "{}", (0, 0, 0, 1))
    yield text("null", "null", (0, 0, 0, 1))
    yield text("a number", "550840029", (0, 0, 1, 0))
    yield text("nested too deep", "[" * 100_000, (0, 0, 1, 0))
    yield text("nested too deep and closed", "[" * 5_000 + "]" * 5_000, (0, 0, 1, 0))
    yield text("a number of 5,000 digits", f'[{{"id": "{U}", "n": {"9" * 5_000}}}]', (1, 0, 0, 0))
    yield text("NaN and Infinity", f'[{{"id": "{U}", "n": NaN, "m": -Infinity}}]', (1, 0, 0, 0))
    yield text("a key twice", f'[{{"id": "{U}", "id": "{V}"}}]', (1, 0, 0, 0))
    yield text("a lone surrogate", f'["\\ud800 {U}"]', (1, 0, 0, 0))
    yield text("NUL in a string", f'["\\u0000 {U}"]', (1, 0, 0, 0))
    yield text(
        "JSON Lines with a broken line", f'{{"id": "{U}"}}\n{{"id": \n', (1, 0, 1, 0), "a.jsonl"
    )
    yield text("JSON Lines with blank lines", f'"{U}"\n\n"{V}"\n', (2, 0, 0, 1), "a.jsonl")
    yield text("a UUID as a key", json.dumps({U: 1}), (1, 0, 0, 0))
    yield text("a UUID spelled with escapes", f'["\\u0035{U[1:]}"]', (1, 0, 0, 0))


def _broken_workbooks() -> Iterator[BadFile]:
    good = workbook([["id", "n"], [U, 1], [V, 2]])
    # Their length is not the same each time: the time stands in them.
    for keep in (4, 30, 100, 500, 1_000, 2_000, -30):
        yield BadFile(f"a workbook cut after {keep} bytes", "a.xlsx", good[:keep], DAMAGED)
    for name, at in (("its head", 40), ("a third", len(good) // 3), ("half", len(good) // 2)):
        flipped = good[:at] + bytes(b ^ 0xFF for b in good[at : at + 60]) + good[at + 60 :]
        yield BadFile(f"a workbook overwritten after {name}", "a.xlsx", flipped, "This workbook")
    yield BadFile("an old workbook of zeros", "a.xls", OLE + bytes(2_000), DAMAGED)
    yield BadFile("an old workbook cut short", "a.xls", OLE + bytes(10), DAMAGED)
    locked = OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2_000)
    yield BadFile("a workbook behind a password", "a.xlsx", locked, "password")
    yield BadFile("a workbook without cells", "a.xlsx", workbook([]), "no filled cells")
    yield BadFile("a workbook of blanks", "a.xlsx", workbook([[" ", ""], [" "]]), "no filled cells")
    yield BadFile(
        "a workbook without UUIDs", "a.xlsx", workbook([["a", "b"], [1, 2]]), (0, 0, 2, 0)
    )
    yield BadFile(
        "UUIDs as numbers", "a.xlsx", workbook([["id"], [5.508400e31], [U]]), (1, 0, 1, 0)
    )
    yield BadFile("separators in cells", "a.xls", OLE + b"\x1e\x1f" * 300, DAMAGED)
    parts = {"xl/workbook.xml": b"<a/>", "[Content_Types].xml": b"<a/>"}
    yield BadFile("a workbook of nothing but a name", "a.xlsx", archive(parts), "workbook")
    entity = (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    )
    outside = {"xl/workbook.xml": entity, "[Content_Types].xml": b"<a/>"}
    yield BadFile("a workbook that asks for a file", "a.xlsx", archive(outside), "workbook")


def _broken_archives() -> Iterator[BadFile]:
    packed = gzip.compress(f"{U}\n{V}\n".encode())
    for keep in (3, 10, len(packed) - 8, len(packed) - 1):
        yield BadFile(f"gzip cut after {keep} bytes", "a.csv.gz", packed[:keep], DAMAGED)
    wrong = packed[:-8] + struct.pack("<II", 1, 2)
    yield BadFile("gzip with a wrong checksum", "a.csv.gz", wrong, DAMAGED)
    yield BadFile("gzip with rubbish behind", "a.txt.gz", packed + b"rubbish", DAMAGED)
    yield BadFile("gzip of nothing", "a.txt.gz", gzip.compress(b""), EMPTY)
    yield BadFile(
        "gzip of a picture", "a.gz", gzip.compress(b"\x89PNG\r\n\x1a\n" + bytes(9)), NOT_A_LIST
    )
    yield BadFile("gzip of gzip", "a.gz", gzip.compress(packed), "within this archive")
    yield BadFile(
        "gzip in two members", "a.txt.gz", packed + gzip.compress(W.encode()), (3, 0, 0, 0)
    )
    listed = f"{U}\n".encode()
    good = archive({"a.txt": listed})
    for keep in (4, 20, len(good) - 10):
        yield BadFile(f"ZIP cut after {keep} bytes", "a.zip", good[:keep], DAMAGED)
    yield BadFile("an empty ZIP", "a.zip", archive({}), EMPTY)
    yield BadFile("a ZIP of folders", "a.zip", archive({"calls/": b""}), "no file")
    hidden = archive({"__MACOSX/a.txt": listed, ".DS_Store": b"x"})
    yield BadFile("a ZIP of hidden files", "a.zip", hidden, "no file")
    yield BadFile("a ZIP in a ZIP", "a.zip", archive({"b.zip": good}), "within this archive")
    yield BadFile(
        "a ZIP of a picture", "a.zip", archive({"a.png": b"\x89PNG\r\n\x1a\n"}), NOT_A_LIST
    )
    climbing = archive({"../../etc/calls.txt": listed, "/root/a.txt": b"no id"})
    yield BadFile("a ZIP with names that climb", "a.zip", climbing, (1, 0, 0, 0))
    yield BadFile("a locked ZIP", "a.zip", _locked(good), "password")
    yield BadFile("a ZIP of a link", "a.zip", _link(), "no file")
    lie = good.replace(struct.pack("<I", len(listed)), struct.pack("<I", len(listed) - 9))
    yield BadFile("a ZIP that lies of its sizes", "a.zip", lie, DAMAGED)
    crowd = archive({f"{n}.txt": b"" for n in range(5_001)}, packed=zipfile.ZIP_STORED)
    yield BadFile("a ZIP of 5,001 files", "a.zip", crowd, "5,001 files")


def _bombs() -> Iterator[BadFile]:
    zeros = b"0" * 40_000_000
    yield BadFile("a gzip bomb", "a.csv.gz", gzip.compress(zeros), "200 times")
    yield BadFile("a ZIP bomb", "a.zip", archive({"a.csv": zeros}), "200 times")
    many = archive({f"{n}.csv": zeros[:20_000_000] for n in range(20)})
    yield BadFile("a ZIP of many bombs", "a.zip", many, "unpacks to")
    sheet = {"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": zeros}
    yield BadFile("a workbook bomb", "a.xlsx", archive(sheet), "200 times")
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write(0, 0, U)
        page.write(1_048_575, 16_383, "x")
    yield BadFile("a cell in the far corner", "a.xlsx", out.getvalue(), "more cells")
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    laughs = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">{lol}]><a>&l11;</a>'.encode()
    parts = {"xl/workbook.xml": laughs, "[Content_Types].xml": b"<a/>"}
    yield BadFile("a billion laughs", "a.xlsx", archive(parts), "workbook")


def _locked(made: bytes) -> bytes:
    """The archive with the mark of a password on its only file."""
    local, central = made.find(b"PK\x03\x04") + 6, made.find(b"PK\x01\x02") + 8
    data = bytearray(made)
    data[local] |= 1
    data[central] |= 1
    return bytes(data)


def _link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        member = zipfile.ZipInfo("calls.txt")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(member, "/etc/passwd")
    return out.getvalue()
